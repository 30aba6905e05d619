import assert from "node:assert/strict";
import { test } from "node:test";
import { CAUSE, STATE } from "../../player/src/batches.js";
import { dueAt } from "../../player/src/due.js";
import { recordsOf } from "../../player/src/playlog.js";
import { parseManifest } from "../../player/src/protocol.js";

const FROM = 1767225600000;
const NEVER = Number.POSITIVE_INFINITY;
/** @param {string} letter @returns {import("../../player/src/protocol.js").Asset} */
const asset = (letter) => ({
  digest: letter.repeat(64),
  kind: "image",
  type: "image/jpeg",
  bytes: 1,
  width: 1,
  height: 1,
});
const manifest = parseManifest(
  JSON.stringify({
    format: 1,
    timezone: "Asia/Shanghai",
    assets: [asset("a"), asset("b"), asset("c")],
    campaigns: ["k_1"],
    loops: {
      L1: {
        period_ms: 30000,
        slots: [
          [0, 10000, 0, 0],
          [10000, 20000, 1, -1],
        ],
      },
    },
    segments: [
      { from: FROM, until: FROM + 45000, loop: "L1", anchor: FROM },
      { from: FROM + 45000, until: FROM + 90000, loop: null },
    ],
    fallback: 2,
    fit: "contain",
    sound: false,
  }),
);
const plan = { digest: "f".repeat(64), manifest };
/** @returns {import("../../player/src/due.js").Situation} */
const situation = (change = {}) => ({
  planAt: () => plan,
  switchAt: NEVER,
  takeover: null,
  expiresAt: NEVER,
  revoked: new Set(),
  ...change,
});
/** @param {object} [change] */
const takeoverOf = (change) => ({
  id: "t_1",
  asset: asset("d"),
  from: FROM + 3000,
  until: FROM + 5000,
  label: "",
  drill: false,
  ...change,
});

test("within a slot its own asset is due until the slot's end", () => {
  const item = dueAt(situation(), FROM + 4000);

  assert.equal(item.kind, "slot");
  assert.equal(item.asset?.digest, "a".repeat(64));
  assert.deepEqual(item.place, [0, 0, 0]);
  assert.equal(item.untilMs, FROM + 10000);
});

test("two instants of one slot have one key, the next cycle has another", () => {
  const [a, b, c] = [1, 9999, 30001].map((ms) => dueAt(situation(), FROM + ms).key);

  assert.equal(a, b);
  assert.notEqual(a, c);
});

test("where no slot fits any more the last picture is held and nothing is recorded", () => {
  const item = dueAt(situation(), FROM + 41000);

  assert.equal(item.kind, "held");
  assert.equal(item.asset?.digest, "a".repeat(64));
  assert.equal(item.untilMs, FROM + 45000);
  assert.deepEqual(recordsOf(item, item.asset, null, FROM + 41000, CAUSE.scheduled), []);
});

test("off hours are black and leave no record", () => {
  const item = dueAt(situation(), FROM + 50000);

  assert.equal(item.kind, "off");
  assert.equal(item.asset, null);
  assert.deepEqual(recordsOf(item, null, null, FROM + 50000, CAUSE.scheduled), []);
});

test("outside all segments the fallback is shown, recorded minute by minute", () => {
  const item = dueAt(situation(), FROM + 150000);

  assert.equal(item.kind, "fallback");
  assert.equal(item.endMs - item.startMs, 60000);
  const [record] = recordsOf(item, item.asset, null, FROM + 150000, CAUSE.scheduled);
  assert.deepEqual(
    [record.manifest, record.segment, record.cause, record.asset],
    [null, -1, CAUSE.fallback, "c".repeat(64)],
  );
});

test("a takeover comes first from its start to its end", () => {
  const live = situation({ takeover: takeoverOf() });

  assert.equal(dueAt(live, FROM + 2999).untilMs, FROM + 3000);
  assert.equal(dueAt(live, FROM + 3000).kind, "takeover");
  assert.equal(dueAt(live, FROM + 4999).untilMs, FROM + 5000);
  assert.equal(dueAt(live, FROM + 5000).kind, "slot");
});

test("a takeover's picture is recorded outside the plan with cause takeover", () => {
  const item = dueAt(situation({ takeover: takeoverOf() }), FROM + 4000);

  const [record] = recordsOf(item, item.asset, null, FROM + 4000, CAUSE.scheduled);

  assert.deepEqual(
    [record.manifest, record.segment, record.cycle, record.slot, record.cause],
    [null, -1, -1, -1, CAUSE.takeover],
  );
});

test("a takeover also covers off hours", () => {
  const takeover = takeoverOf({ from: FROM + 50000, until: FROM + 60000 });

  assert.equal(dueAt(situation({ takeover }), FROM + 55000).kind, "takeover");
});

test("a revoked slot fails with the word and the fallback is shown in its place", () => {
  const revoked = new Set(["a".repeat(64)]);

  const item = dueAt(situation({ revoked }), FROM + 4000);
  const records = recordsOf(item, asset("c"), item.error, FROM + 4000, CAUSE.scheduled);

  assert.equal(item.error, "revoked");
  assert.equal(records[0].error, "revoked");
  assert.deepEqual([records[0].segment, records[0].slot], [0, 0]);
  assert.deepEqual(
    [records[1].manifest, records[1].cause, records[1].expected_ms],
    [null, CAUSE.fallback, 6000],
  );
  assert.equal(STATE.failed, 2);
});

test("a picture that is withdrawn while it is shown is another one from then on", () => {
  const revoked = new Set(["a".repeat(64)]);

  assert.notEqual(
    dueAt(situation({ revoked }), FROM + 4000).key,
    dueAt(situation(), FROM + 4000).key,
  );
});

test("a revoked takeover ends, a revoked fallback gives way to the built-in slide", () => {
  const takeover = takeoverOf();
  const withdrawn = situation({ takeover, revoked: new Set([takeover.asset.digest]) });
  const bare = situation({ revoked: new Set(["c".repeat(64)]) });

  assert.equal(dueAt(withdrawn, FROM + 4000).kind, "slot");
  assert.equal(dueAt(bare, FROM + 150000).kind, "builtin");
});

test("after expiry the built-in slide is shown, over takeovers too", () => {
  const expired = situation({ takeover: takeoverOf(), expiresAt: FROM + 4000 });

  assert.equal(dueAt(expired, FROM + 3999).untilMs, FROM + 4000);
  assert.equal(dueAt(expired, FROM + 4000).kind, "builtin");
});

test("without a plan the built-in slide is shown until one takes over", () => {
  const waiting = situation({ planAt: () => null, switchAt: FROM + 700 });

  assert.equal(dueAt(waiting, FROM).kind, "builtin");
  assert.equal(dueAt(waiting, FROM).untilMs, FROM + 700);
});

test("a declared pause is dark until its end, and a takeover comes through it", () => {
  const pause = { from: FROM + 2000, until: FROM + 8000 };
  const over = takeoverOf({ until: FROM + 6000 });
  const at = (/** @type {number} */ ms, change = {}) => {
    const { kind, untilMs } = dueAt(situation({ pause, ...change }), FROM + ms);
    return [kind, untilMs - FROM];
  };

  assert.deepEqual(at(0), ["slot", 2000]);
  assert.deepEqual(at(2000), ["off", 8000]);
  assert.deepEqual(at(8000), ["slot", 10000]);
  assert.deepEqual(at(2000, { takeover: over }), ["off", 3000]);
  assert.deepEqual(at(3000, { takeover: over }), ["takeover", 6000]);
  assert.deepEqual(at(6000, { takeover: over }), ["off", 8000]);
});

test("a pause leaves no records: it is no play", () => {
  const item = dueAt(situation({ pause: { from: FROM, until: FROM + 8000 } }), FROM + 1000);

  assert.deepEqual(recordsOf(item, null, null, FROM + 1000, CAUSE.scheduled), []);
});
