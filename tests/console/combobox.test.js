import assert from "node:assert/strict";
import { test } from "node:test";
import { moved } from "../../server/web/static/console/combobox.js";

test("the arrows lead around the ends of the list", () => {
  assert.equal(moved("ArrowDown", -1, 3), 0);
  assert.equal(moved("ArrowDown", 2, 3), 0);
  assert.equal(moved("ArrowUp", 0, 3), 2);
  assert.equal(moved("ArrowUp", -1, 3), 2);
});

test("in an empty list nothing is marked", () => {
  assert.equal(moved("ArrowDown", -1, 0), -1);
});

test("other keys leave the mark where it is", () => {
  assert.equal(moved("a", 1, 3), 1);
});
