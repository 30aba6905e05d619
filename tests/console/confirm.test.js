import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf } from "../../server/web/static/console/confirm.js";

/** @returns {any} */
const words = (/** @type {object} */ some) => some;

test("a question has the form's own verb on its button", () => {
  const form = words({ confirm: "撤下后停播。", figures: "44 块屏" });
  assert.deepEqual(questionOf(form, "撤下", "btn btn-outline-danger"), {
    text: "撤下后停播。",
    figures: "44 块屏",
    verb: "撤下",
    grave: true,
  });
});

test("a verb of its own goes before the button's", () => {
  const form = words({ confirm: "批准后上屏。", verb: "确认批准" });
  assert.equal(questionOf(form, "批准", "btn btn-success").verb, "确认批准");
  assert.equal(questionOf(form, "批准", "btn btn-success").grave, false);
});

test("numbers that are still to be asked for are not shown with their names in braces", () => {
  const form = words({ confirm: "撤下？", figures: "{plays} 次不播", figuresFrom: "/api" });
  assert.equal(questionOf(form, "撤下", "").figures, "");
});
