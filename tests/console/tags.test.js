import assert from "node:assert/strict";
import { test } from "node:test";
import { withAdded } from "../../server/web/static/console/tags.js";

test("a tag is added once, and several with commas between", () => {
  assert.deepEqual(withAdded(["大屏"], "临街，大屏, 夜间"), ["大屏", "临街", "夜间"]);
});

test("nothing typed adds nothing", () => {
  assert.deepEqual(withAdded(["大屏"], "  "), ["大屏"]);
});
