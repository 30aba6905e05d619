import assert from "node:assert/strict";
import { test } from "node:test";
import { copyDay, tidy } from "../../server/web/static/console/hours.js";

test("Monday's spans are copied to other days as they are, not shared with them", () => {
  /** @type {import("../../server/web/static/console/hours.js").Hours} */
  const hours = { 1: [["08:30", "12:00"]], 6: [["09:00", "16:00"]] };
  const made = copyDay(hours, "1", ["2", "3"]);
  made["2"][0][0] = "07:00";
  assert.deepEqual(made["3"], [["08:30", "12:00"]]);
  assert.deepEqual(made["1"], [["08:30", "12:00"]]);
  assert.deepEqual(made["6"], [["09:00", "16:00"]]);
});

test("a day without spans is left out, and so is a span that was left empty", () => {
  assert.deepEqual(
    tidy({
      1: [
        ["08:00", "12:00"],
        ["", ""],
      ],
      7: [],
      6: [["", ""]],
    }),
    { 1: [["08:00", "12:00"]] },
  );
});

test("a half-filled span is kept, so that the server can report what is wrong", () => {
  assert.deepEqual(tidy({ 1: [["08:00", ""]] }), { 1: [["08:00", ""]] });
});
