import assert from "node:assert/strict";
import { test } from "node:test";
import {
  reloadWithNotice,
  showChangeNotice,
} from "../../server/web/static/console/changed-since.js";

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

/** @returns {any} what the module uses of a Document, and the notices shown in it */
function page() {
  /** @type {string[]} */
  const notices = [];
  return {
    notices,
    body: { dataset: { changed: "已被修改" } },
    createElement: () => ({ setAttribute() {} }),
    querySelector: () => ({
      prepend: (/** @type {{textContent: string}} */ box) => notices.push(box.textContent),
    }),
  };
}

test("a verdict on what is another by now reloads the page, which shows that once", () => {
  const kept = storage();
  let loaded = 0;
  reloadWithNotice(kept, { pathname: "/campaigns/c_1", reload: () => loaded++ });
  const [elsewhere, first, second] = [page(), page(), page()];

  showChangeNotice(elsewhere, kept, "/media/a_1");
  showChangeNotice(first, kept, "/campaigns/c_1");
  showChangeNotice(second, kept, "/campaigns/c_1");

  assert.equal(loaded, 1);
  assert.deepEqual([elsewhere.notices, first.notices, second.notices], [[], ["已被修改"], []]);
});
