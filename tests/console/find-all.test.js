import assert from "node:assert/strict";
import { test } from "node:test";
import { leadsToSearch, stepped } from "../../server/web/static/console/find-all.js";

/** @param {string} key @param {object} [more] */
function pressed(key, more = {}) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, ...more };
}

test("a slash leads to the search, but not for somebody who types one", () => {
  assert.ok(leadsToSearch(pressed("/"), false));
  assert.ok(!leadsToSearch(pressed("/"), true));
  assert.ok(!leadsToSearch(pressed("/", { altKey: true }), false));
});

test("Ctrl-K and Cmd-K lead to it from everywhere", () => {
  assert.ok(leadsToSearch(pressed("k", { ctrlKey: true }), true));
  assert.ok(leadsToSearch(pressed("K", { metaKey: true }), false));
  assert.ok(!leadsToSearch(pressed("k"), false));
});

test("arrows go round through the field itself", () => {
  assert.equal(stepped(-1, 1, 3), 0);
  assert.equal(stepped(2, 1, 3), -1);
  assert.equal(stepped(-1, -1, 3), 2);
  assert.equal(stepped(0, -1, 3), -1);
  assert.equal(stepped(-1, 1, 0), -1);
});
