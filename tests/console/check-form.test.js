import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsIn } from "../../server/web/static/console/check-form.js";

const WORDS = { order: "结束不能早于开始。", scope: "还没有选中任何显示屏。" };

test("an end before its beginning is found before it is sent", () => {
  const body = { starts_on: "2026-12-02", ends_on: "2026-12-01", selector: { all: true } };
  assert.deepEqual(faultsIn(body, WORDS, true), [{ pointer: "/ends_on", detail: WORDS.order }]);
});

test("the same day, and a span of which one end is open, are left to the API", () => {
  assert.deepEqual(faultsIn({ starts_on: "2026-12-01", ends_on: "2026-12-01" }, WORDS, false), []);
  assert.deepEqual(faultsIn({ from: "2026-12-01T08:00" }, WORDS, false), []);
});

test("a shift that goes over midnight is right", () => {
  assert.deepEqual(faultsIn({ from: "22:00", until: "06:00" }, WORDS, false), []);
});

test("a choice of no screen is found where screens are chosen", () => {
  const empty = [{ pointer: "/selector/all", detail: WORDS.scope }];
  assert.deepEqual(faultsIn({}, WORDS, true), empty);
  assert.deepEqual(faultsIn({ selector: { venue_kinds: [] } }, WORDS, true), empty);
  assert.deepEqual(faultsIn({ selector: { venue_kinds: ["bank"] } }, WORDS, true), []);
  assert.deepEqual(faultsIn({}, WORDS, false), []);
});
