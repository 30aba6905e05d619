import assert from "node:assert/strict";
import { test } from "node:test";
import { idsIn, inOrder } from "../../server/web/static/console/campaign-content.js";

test("assets play in the order in which they were ticked", () => {
  const chosen = inOrder(inOrder(inOrder([], "a_1", true), "a_3", true), "a_2", true);
  assert.deepEqual(chosen, ["a_1", "a_3", "a_2"]);
  assert.deepEqual(inOrder(chosen, "a_3", false), ["a_1", "a_2"]);
  assert.deepEqual(inOrder(inOrder(chosen, "a_1", false), "a_1", true), ["a_3", "a_2", "a_1"]);
});

test("what was kept is read again, and what can't be read is nothing", () => {
  assert.deepEqual(idsIn('[{"asset_id":"a_2"},{"asset_id":"a_1"}]'), ["a_2", "a_1"]);
  assert.deepEqual(idsIn(""), []);
});
