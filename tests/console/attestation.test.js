import assert from "node:assert/strict";
import { test } from "node:test";
import { daysBetween } from "../../server/web/static/console/attestation.js";

test("days are counted with both ends, on the weekdays that the venue is open", () => {
  assert.equal(daysBetween("2026-11-23", "2026-11-29", "1 2 3 4 5 6 7"), 7);
  assert.equal(daysBetween("2026-11-23", "2026-11-29", "1 2 3 4 5"), 5);
  assert.equal(daysBetween("2026-11-28", "2026-11-28", "6"), 1);
});

test("what makes no stretch of days has none", () => {
  assert.equal(daysBetween("2026-11-29", "2026-11-23", "1 2 3 4 5 6 7"), 0);
  assert.equal(daysBetween("", "2026-11-23", "1"), 0);
});
