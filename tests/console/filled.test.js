import assert from "node:assert/strict";
import { test } from "node:test";
import { filled } from "../../server/web/static/console/filled.js";

test("one is put in the singular, and only that one", () => {
  const text = "{screens} screens in {venues} venues";
  assert.equal(filled(text, { screens: 1, venues: 2 }), "1 screen in 2 venues");
  assert.equal(filled(text, { screens: 21, venues: 1 }), "21 screens in 1 venue");
});

test("Chinese stays as it is, and so does a page without the text", () => {
  assert.equal(filled("{n} 块显示屏", { n: 1 }), "1 块显示屏");
  assert.equal(filled(undefined, { n: 1 }), "");
});

test("whole numbers have their commas, texts stay as they are", () => {
  assert.equal(filled("{n} plays", { n: 60000 }), "60,000 plays");
  assert.equal(filled("{n} 块，{at}", { n: 1234, at: "2026-11-24" }), "1,234 块，2026-11-24");
});
