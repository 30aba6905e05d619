import assert from "node:assert/strict";
import { test } from "node:test";
import { sayWhatChanged, showAnew } from "../../server/web/static/console/changed-since.js";

/** @returns {any} what the module uses of a Storage */
function storage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  };
}

/** @returns {any} what the module uses of a Document, and what was said in it */
function page() {
  /** @type {string[]} */
  const said = [];
  return {
    said,
    body: { dataset: { changed: "已被修改" } },
    createElement: () => ({ setAttribute() {} }),
    querySelector: () => ({
      prepend: (/** @type {{textContent: string}} */ box) => said.push(box.textContent),
    }),
  };
}

test("a verdict on what is another by now brings the page anew, which says so once", () => {
  const kept = storage();
  let loaded = 0;
  showAnew(kept, { pathname: "/campaigns/c_1", reload: () => loaded++ });
  const [elsewhere, first, second] = [page(), page(), page()];

  sayWhatChanged(elsewhere, kept, "/media/a_1");
  sayWhatChanged(first, kept, "/campaigns/c_1");
  sayWhatChanged(second, kept, "/campaigns/c_1");

  assert.equal(loaded, 1);
  assert.deepEqual([elsewhere.said, first.said, second.said], [[], ["已被修改"], []]);
});
