import assert from "node:assert/strict";
import { test } from "node:test";
import { stepped } from "../../server/web/static/console/find-all.js";

test("arrows go round through the field itself", () => {
  assert.equal(stepped(-1, 1, 3), 0);
  assert.equal(stepped(2, 1, 3), -1);
  assert.equal(stepped(-1, -1, 3), 2);
  assert.equal(stepped(0, -1, 3), -1);
  assert.equal(stepped(-1, 1, 0), -1);
});
