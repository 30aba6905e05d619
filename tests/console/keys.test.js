import assert from "node:assert/strict";
import { test } from "node:test";
import { follower } from "../../server/web/static/console/keys.js";

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
