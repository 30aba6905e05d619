import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CAUSE,
  causeOfJoin,
  chainOn,
  chainRow,
  chainStart,
  STATE,
  stateOf,
  takeRun,
  toBatch,
} from "../../player/src/batches.js";
import { vectors } from "./vectors.js";

/** @returns {import("../../player/src/batches.js").Play} */
const play = (/** @type {number} */ seq, change = {}) => ({
  boot: "00000000000000b1",
  seq,
  open: false,
  manifest: "aa",
  segment: 0,
  cycle: 0,
  slot: seq,
  asset: "bb",
  start_ms: seq * 1000,
  shown_ms: 1000,
  expected_ms: 1000,
  state: 0,
  cause: 0,
  error: null,
  clock: { offset_ms: 1767225595000, uncertainty_ms: 12 },
  era: 0,
  wall: 1,
  ...change,
});

test("the hash chain of a boot has the heads that were worked out by hand", async () => {
  const { boot, start, steps } = vectors("chain");
  let head = await chainStart(boot);

  assert.equal(head, start);
  for (const step of steps) {
    head = await chainOn(head, step.event);
    assert.equal(head, step.head);
  }
});

test("a play is linked into the chain in the protocol's order of fields", () => {
  const { steps } = vectors("chain");
  const [seq, manifest, segment, cycle, slot, asset, start, shown, state, cause, error] =
    steps[0].event;

  const row = chainRow(
    play(seq, {
      manifest,
      segment,
      cycle,
      slot,
      asset,
      start_ms: start,
      shown_ms: shown,
      state,
      cause,
      error,
    }),
  );

  assert.equal(JSON.stringify(row), steps[0].text);
});

for (const [shown, expected, state] of [
  [15000, 15000, STATE.completed],
  [14000, 15000, STATE.completed],
  [13999, 15000, STATE.partial],
  [4500, 5000, STATE.completed],
  [4499, 5000, STATE.partial],
  [58799, 60000, STATE.partial],
  [58800, 60000, STATE.completed],
  [98000, 100000, STATE.completed],
  [97999, 100000, STATE.partial],
  [0, 1000, STATE.partial],
]) {
  const name = state === STATE.completed ? "completed" : "partial";
  test(`a play shown for ${shown} of ${expected} ms is ${name}`, () => {
    assert.equal(stateOf(shown, expected, CAUSE.scheduled), state);
  });
}

test("a join less than a second late may still be completed, a later one is partial", () => {
  assert.equal(causeOfJoin(999), CAUSE.scheduled);
  assert.equal(causeOfJoin(1000), CAUSE.lateJoin);
  assert.equal(stateOf(99000, 100000, CAUSE.lateJoin), STATE.partial);
});

test("a batch holds one manifest only", () => {
  const run = takeRun([play(1), play(2), play(3, { manifest: null }), play(4)]);

  assert.deepEqual(
    run.map(({ seq }) => seq),
    [1, 2],
  );
});

test("a batch holds one clock only", () => {
  const near = { offset_ms: 1767225595050, uncertainty_ms: 90 };
  const far = { offset_ms: 1767225595051, uncertainty_ms: 12 };

  assert.equal(takeRun([play(1), play(2, { clock: near })]).length, 2);
  assert.equal(takeRun([play(1), play(2, { clock: far })]).length, 1);
  assert.equal(takeRun([play(1), play(2, { clock: null })]).length, 1);
  assert.equal(takeRun([play(1, { clock: null }), play(2, { clock: null })]).length, 2);
});

test("a clock kept from an earlier boot never shares a batch with a measured one", () => {
  const stored = { offset_ms: 1767225595000, uncertainty_ms: 12, source: "stored" };

  assert.equal(takeRun([play(1, { clock: stored }), play(2)]).length, 1);
});

test("a suspend starts a new batch", () => {
  assert.equal(takeRun([play(1), play(2, { era: 1 })]).length, 1);
});

test("a play that is still on the glass is not handed in", () => {
  assert.equal(takeRun([play(1), play(2, { open: true })]).length, 1);
  assert.equal(takeRun([play(1, { open: true })]).length, 0);
});

test("a batch holds no more than 500 plays and no hole", () => {
  const many = Array.from({ length: 700 }, (_, index) => play(index + 1));

  assert.equal(takeRun(many).length, 500);
  assert.equal(takeRun([play(1), play(3)]).length, 1);
});

test("a batch has the columns of the protocol", () => {
  const batch = toBatch(
    [play(7), play(8, { asset: "cc", clock: { offset_ms: 1767225595000, uncertainty_ms: 14 } })],
    "ff",
  );

  assert.deepEqual(batch, {
    boot: "00000000000000b1",
    first: 7,
    manifest: "aa",
    clock: { offset_ms: 1767225595000, uncertainty_ms: 14 },
    wall_ms: 1,
    assets: ["bb", "cc"],
    segment: [0, 0],
    cycle: [0, 0],
    slot: [7, 8],
    asset: [0, 1],
    start_ms: [7000, 8000],
    shown_ms: [1000, 1000],
    state: [0, 0],
    cause: [0, 0],
    error: [null, null],
    head: "ff",
  });
});
