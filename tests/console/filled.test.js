import assert from "node:assert/strict";
import { test } from "node:test";
import { filled } from "../../server/web/static/console/filled.js";

test("one is told in the singular, and only that one", () => {
  const text = "{screens} screens in {venues} venues";
  assert.equal(filled(text, { screens: 1, venues: 2 }), "1 screen in 2 venues");
  assert.equal(filled(text, { screens: 21, venues: 1 }), "21 screens in 1 venue");
});

test("Chinese stays as it is, and so does a page without the text", () => {
  assert.equal(filled("{n} 块显示屏", { n: 1 }), "1 块显示屏");
  assert.equal(filled(undefined, { n: 1 }), "");
});
