import assert from "node:assert/strict";
import { test } from "node:test";
import {
  carried,
  lasting,
  readNotice,
  STAYS_MS,
  STAYS_WITH_UNDO_MS,
} from "../../server/web/static/console/toast.js";

const encoded = (/** @type {unknown} */ notice) => encodeURIComponent(JSON.stringify(notice));
const kept = (/** @type {unknown} */ one) => ({ getItem: () => JSON.stringify(one) });

test("the notice in an answer of the server is read", () => {
  const notice = { text: "已送审：测试任务，等待另一人审批", href: "/campaigns/k_1" };
  assert.deepEqual(readNotice(encoded(notice)), notice);
});

test("an answer without words, or with broken ones, shows nothing", () => {
  for (const header of [null, "", "%E5%", encoded({ href: "/x" }), "null"])
    assert.equal(readNotice(header), null);
});

test("it stays for six seconds, and longer where it can be taken back", () => {
  assert.equal(lasting({ text: "已保存" }), STAYS_MS);
  const undo = { method: "DELETE", path: "/api/v1/screens/s_1/pause" };
  assert.equal(lasting({ text: "已暂停播放", undo }), STAYS_WITH_UNDO_MS);
});

test("the page that an act leads to shows it too, long enough to be read", () => {
  const notice = { text: "已保存", until: 10_000 };
  assert.equal(carried(kept(notice), 9_500)?.forMs, 4_000);
  assert.equal(carried(kept(notice), 4_500)?.forMs, 5_500);
});

test("what was shown before that is not shown again", () => {
  assert.equal(carried(kept({ text: "已保存", until: 10_000 }), 10_000), null);
  assert.equal(carried(kept(null), 0), null);
});
