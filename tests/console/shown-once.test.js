import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf } from "../../server/web/static/console/shown-once.js";

test("a key is read in fours after the word for its kind, and nothing of it is lost", () => {
  const key = "ane_VBBs--gCXNSZ6pYxBEBk_YM";

  assert.deepEqual(groupsOf(key), ["ane_", "VBBs", "--gC", "XNSZ", "6pYx", "BEBk", "_YM"]);
  assert.equal(groupsOf(key).join(""), key);
  assert.deepEqual(groupsOf(""), []);
});
