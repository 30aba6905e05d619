import assert from "node:assert/strict";
import { test } from "node:test";
import { isFirstSinceUpdate } from "../../server/web/static/console/news.js";

/** @param {string | null} before */
function storage(before) {
  const kept = new Map(before === null ? [] : [["anping.version", before]]);
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  };
}

test("a browser shows an update once", () => {
  const kept = storage("0.1.0");
  assert.equal(isFirstSinceUpdate(kept, "0.2.0"), true);
  assert.equal(isFirstSinceUpdate(kept, "0.2.0"), false);
});

test("who comes for the first time is shown no update", () => {
  const kept = storage(null);
  assert.equal(isFirstSinceUpdate(kept, "0.2.0"), false);
  assert.equal(isFirstSinceUpdate(kept, "0.3.0"), true);
});
