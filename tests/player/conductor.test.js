import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { HandTime } from "./handtime.js";
import { asset, last, planOf, rig, SLOT, START, shown } from "./rig.js";

/** @type {HandTime} */
let time;

beforeEach(() => {
  time = new HandTime();
});
afterEach(() => time.restore());

test("each picture gets its instant and the page follows it by ten milliseconds", async () => {
  const { stage } = rig();
  await time.advance(25_000);

  assert.deepEqual(shown(stage), ["0.20 shows a", "10.01 shows b", "20.01 shows a"]);
  assert.deepEqual(
    stage.did.filter(([at, word]) => at > 1000 && word.startsWith("rises")).map(([, word]) => word),
    ["rises 9984", "rises 19984"],
  );
});

test("a video that breaks is written down as failed, and the fallback is shown to the slot's end", async () => {
  const { stage, turns, incidents } = rig();
  await time.advance(14_000);
  stage.failed();
  await time.advance(7_000);

  assert.deepEqual(shown(stage).slice(1), ["10.01 shows b", "14.20 shows f", "20.01 shows a"]);
  assert.deepEqual(incidents, ["asset_failed"]);
  const failed = turns.filter(({ ending }) => ending?.error);
  assert.deepEqual(
    failed.map(({ ending, at }) => [ending.error, at]),
    [["asset_failed", 14_000]],
  );
  const standIn = turns.find(({ begun }) => begun[0]?.asset === "f".repeat(64));
  assert.equal(standIn?.begun[0].slot, -1);
});

test("what breaks right before the next slot doesn't take that one's place", async () => {
  for (const before of [900, 300, 150, 20, 5]) {
    const { stage, turns, conductor } = rig();
    await time.advance(20_000 - before);
    stage.failed();
    await time.advance(before + 1_000);
    conductor.scope.end();

    assert.deepEqual(shown(stage).slice(1), ["10.01 shows b", "20.01 shows a"], `${before} ms`);
    assert.equal(last(turns).begun[0].asset, "a".repeat(64));
    time.restore();
    time = new HandTime();
  }
});

test("a video that breaks in a later minute of a takeover is noticed too", async () => {
  const { stage, plans, conductor, incidents } = rig();
  await time.advance(3_000);
  const from = START + 3_000;
  const until = from + 60_000;
  plans.takeover = { id: "t_1", asset: asset("e", "video"), from, until };
  conductor.wake();
  await time.advance(25_000);
  stage.failed();
  await time.advance(2_000);

  assert.deepEqual(incidents, ["asset_failed"]);
  assert.equal(last(shown(stage)), "28.20 shows f");
  await time.advance(8_000);
  assert.match(String(last(shown(stage))), /^33\.\d+ shows e$/, "tried again in its next piece");
});

test("a fallback that breaks as well gives way to the slide that is built in", async () => {
  const { stage } = rig();
  await time.advance(12_000);
  stage.failed();
  await time.advance(1_000);
  stage.failed();
  await time.advance(1_000);

  assert.deepEqual(shown(stage).slice(1), ["10.01 shows b", "12.20 shows f", "13.00 builtin"]);
});

test("woken long before its instant a picture isn't lifted", async () => {
  const { stage, plans, conductor } = rig();
  await time.advance(9_850);
  plans.takeover = { id: "t_1", asset: asset("e", "image"), from: START, until: START + 60_000 };
  conductor.wake();
  await time.advance(2_000);

  assert.ok(stage.did.some(([, word]) => word === "cool"));
  assert.deepEqual(shown(stage).slice(1), ["10.05 shows e"]);
});

test("woken when the browser may have lifted it already the page follows first", async () => {
  for (const before of [60, 20, 5]) {
    const { stage, plans, conductor } = rig();
    await time.advance(10_000 - before);
    plans.takeover = { id: "t_1", asset: asset("e", "image"), from: START, until: START + 60_000 };
    conductor.wake();
    await time.advance(2_000);
    conductor.scope.end();

    assert.ok(!stage.did.some(([, word]) => word === "cool"), `${before} ms before`);
    assert.equal(shown(stage)[1], "10.01 shows b");
    assert.match(shown(stage)[2], /^10\.\d+ shows e$/);
    time.restore();
    time = new HandTime();
  }
});

test("what is withdrawn while it is on gives way at once, not at its end", async () => {
  const { stage, plans, conductor, turns } = rig();
  await time.advance(2_000);
  plans.revoked = new Set(["a".repeat(64)]);
  conductor.wake();
  await time.advance(1_000);

  assert.match(String(last(shown(stage))), /^2\.\d+ shows f$/);
  assert.deepEqual(
    turns[turns.length - 1].begun.map(({ error, slot }) => [error ?? null, slot]),
    [
      ["revoked", 0],
      [null, -1],
    ],
  );
});

test("the first video of the next plan has that plan's sound", async () => {
  const { stage, plans } = rig();
  plans.next = { ...planOf("n".repeat(64), true), at: START + SLOT };
  await time.advance(12_000);

  const videos = stage.prepared.filter(({ kind }) => kind === "video");
  assert.deepEqual(
    videos.map(({ url, sound }) => [url, sound]),
    [["b", true]],
  );
});

test("a plan that changes behind a takeover leaves its record whole", async () => {
  const { plans, conductor, turns, stage } = rig();
  await time.advance(2_000);
  const from = START + 2_000;
  plans.takeover = { id: "t_1", asset: asset("e", "image"), from, until: from + 30_000 };
  conductor.wake();
  await time.advance(3_000);
  plans.next = { ...planOf("n".repeat(64)), at: START + 10_000 };
  conductor.wake();
  await time.advance(28_000);

  const records = turns.flatMap(({ begun }) => begun).filter((one) => one.asset[0] === "e");
  assert.equal(records.length, 1);
  assert.equal(plans.current.digest, "n".repeat(64));
  const ended = turns.find(({ ending }) => ending?.shownMs > 20_000);
  assert.equal(ended?.ending.error, null);
  assert.match(String(last(shown(stage))), /^32\.\d+ shows b$/);
});
