import assert from "node:assert/strict";
import { test } from "node:test";
import { formerTags, withTag } from "../../server/web/static/console/bulk.js";

test("a tag is added once, after those that are there", () => {
  assert.deepEqual(withTag(["年末"], "反诈"), ["年末", "反诈"]);
  assert.deepEqual(withTag(["年末"], "年末"), ["年末"]);
});

test("an asset gets the tags back that it had", () => {
  assert.deepEqual(formerTags("a_3", '["临街"]'), {
    method: "PATCH",
    path: "/api/v1/assets/a_3",
    body: { tags: ["临街"] },
  });
});
