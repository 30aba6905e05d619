import assert from "node:assert/strict";
import { test } from "node:test";
import { ownSeconds, totalSeconds } from "../../server/web/static/console/totals.js";

test("a slide enters a list with the seconds that it was made for, a picture with ten", () => {
  assert.equal(ownSeconds("20.0"), 20);
  assert.equal(ownSeconds("0.0"), 10);
  assert.equal(ownSeconds(undefined), 10);
});

test("a list takes as long as its clips and its places together", () => {
  assert.equal(totalSeconds([{ own: 12.34 }, { duration_s: 20 }, {}]), 32.3);
});
