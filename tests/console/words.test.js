import assert from "node:assert/strict";
import { test } from "node:test";
import { minutes } from "../../server/web/static/console/hour.js";
import { totalSeconds } from "../../server/web/static/console/totals.js";
import { choosesNothing } from "../../server/web/static/console/where.js";

test("a wait is read in minutes and seconds", () => {
  assert.equal(minutes(211.4, "{m} min {s} s"), "3 min 31 s");
  assert.equal(minutes(59.6, "{m}:{s}"), "1:0");
});

test("a playlist lasts as long as its pictures are shown and its clips run", () => {
  assert.equal(totalSeconds([{ duration_s: 10 }, { own: 6.04 }, {}]), 16);
});

test("nothing is chosen until all, or anything in any list, is", () => {
  assert.equal(choosesNothing({}), true);
  assert.equal(choosesNothing({ all: false, venue_kinds: [] }), true);
  assert.equal(choosesNothing({ all: true }), false);
  assert.equal(choosesNothing({ venue_kinds: ["bank"] }), false);
});
