import assert from "node:assert/strict";
import { test } from "node:test";
import { follower, leadsToSearch } from "../../server/web/static/console/keys.js";

const PLACES = new Map([
  ["r", "/reports"],
  ["g", "/nowhere"],
]);

test("a letter after g leads to its page", () => {
  const next = follower(PLACES, () => 0);
  assert.equal(next("g"), undefined);
  assert.equal(next("r"), "/reports");
});

test("a letter alone, or long after g, leads nowhere", () => {
  let at = 0;
  const next = follower(PLACES, () => at);
  assert.equal(next("r"), undefined);
  next("g");
  at = 2_000;
  assert.equal(next("r"), undefined);
});

test("a letter that leads nowhere ends it", () => {
  const next = follower(PLACES, () => 0);
  next("g");
  assert.equal(next("x"), undefined);
  assert.equal(next("r"), undefined);
});

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
