import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../server/web/static/console/api.js";
import { withNames, withTags } from "../../server/web/static/console/screens-bulk.js";

test("what is wrong with a screen is shown with its name", () => {
  const problem = new Problem({
    detail: "无权",
    errors: [
      { pointer: "/screen_ids/1", detail: "无权" },
      { pointer: "/until", detail: "太早" },
    ],
  });

  const named = /** @type {Problem} */ (withNames(problem, ["前屏", "大厅屏"]));

  assert.deepEqual(
    named.errors.map((one) => one.detail),
    ["大厅屏：无权", "太早"],
  );
  assert.equal(named.message, "");
});

test("what is wrong with the rest keeps its sentence", () => {
  const problem = new Problem({ detail: "太早", errors: [{ pointer: "/until", detail: "太早" }] });

  assert.equal(/** @type {Problem} */ (withNames(problem, [])).message, "太早");
});

test("tags are parted by commas of either kind", () => {
  assert.deepEqual(withTags({ tags: "试点， 东区,西区、" }), { tags: ["试点", "东区", "西区"] });
  assert.deepEqual(withTags({ action: "reload" }), { action: "reload" });
});
