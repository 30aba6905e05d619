import assert from "node:assert/strict";
import { test } from "node:test";
import { byLine } from "../../server/web/static/console/import-rosters.js";

test("many days of a line are one row, with the fewest and most vehicles of a day", () => {
  const of = (
    /** @type {string} */ line,
    /** @type {string} */ day,
    /** @type {number} */ vehicles,
    left_out = 0,
    /** @type {string | null} */ replaces = null,
  ) => ({ line, day, vehicles, left_out, replaces });

  const sums = byLine([
    of("3 路", "2026-11-25", 8, 2),
    of("12 路", "2026-11-25", 4),
    of("3 路", "2026-11-24", 10, 0, "2026-11-20T08:00:00+08:00"),
  ]);

  assert.deepEqual(sums[0], {
    line: "3 路",
    first: "2026-11-24",
    last: "2026-11-25",
    days: 2,
    least: 8,
    most: 10,
    left: 2,
    replaced: 1,
  });
  assert.equal(sums[1].line, "12 路");
});
