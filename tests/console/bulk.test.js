import assert from "node:assert/strict";
import { test } from "node:test";
import { withTag } from "../../server/web/static/console/bulk.js";

test("a tag is added once, after those that are there", () => {
  assert.deepEqual(withTag(["年末"], "反诈"), ["年末", "反诈"]);
  assert.deepEqual(withTag(["年末"], "年末"), ["年末"]);
});
