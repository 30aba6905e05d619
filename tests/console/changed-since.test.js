import assert from "node:assert/strict";
import { test } from "node:test";
import { sayWhatChanged, showAnew } from "../../server/web/static/console/changed-since.js";

function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

function page() {
  const said = [];
  return {
    said,
    body: { dataset: { changed: "已被修改" } },
    createElement: () => ({ setAttribute() {} }),
    querySelector: () => ({ prepend: (box) => said.push(box.textContent) }),
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
