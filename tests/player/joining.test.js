import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { CAUSE, STATE, stateOf } from "../../player/src/batches.js";
import { HandTime } from "./handtime.js";
import { asset, rig, SLOT, START, shown } from "./rig.js";

const LIMIT = 1200; // to join a clip, and then to have the next picture ready
const CLIP_END = 2 * SLOT;
/** @type {HandTime} */
let time;

beforeEach(() => {
  time = new HandTime();
});
afterEach(() => time.restore());

/** A page that begins so long before the end of a clip. @param {number} leftMs */
function beginBefore(leftMs) {
  time.now = CLIP_END - leftMs;
  return rig();
}

/**
 * What was written down: slot and cycle, cause, and the state once it is over.
 * @param {ReturnType<typeof rig>["turns"]} turns
 */
function written(turns) {
  const begun = turns.flatMap((turn) => turn.begun);
  const endings = turns.flatMap(({ ending }) => ending || []);
  return begun.map(({ slot, cycle, cause, expected_ms: expected }, index) => {
    const ending = endings[index];
    return [slot, cycle, cause, ending ? stateOf(ending.shownMs, expected, cause) : null];
  });
}

/** The next picture and the clip after it, each whole and as planned. */
const WHOLE = [
  [0, 1, CAUSE.scheduled, STATE.completed],
  [1, 1, CAUSE.scheduled, null],
];

for (const leftMs of [250, 399, 400, 1000, LIMIT - 1]) {
  test(`a clip with ${leftMs} ms left isn't joined, and the next picture is whole`, async () => {
    const { stage, turns } = beginBefore(leftMs);
    await time.advance(leftMs + SLOT + 1000);

    assert.deepEqual(shown(stage), ["20.01 shows a", "30.01 shows b"]);
    assert.deepEqual(written(turns), WHOLE);
  });
}

test("a clip that isn't joined isn't even loaded: the next picture is, at once", async () => {
  const { stage } = beginBefore(1000);
  await time.advance(900);

  assert.deepEqual(
    stage.prepared.map(({ url, offsetMs }) => [url, offsetMs]),
    [["a", 0]],
  );
});

for (const leftMs of [LIMIT, LIMIT + 1, 5000]) {
  test(`a clip with ${leftMs} ms left is joined, and the next picture is whole too`, async () => {
    const { stage, turns } = beginBefore(leftMs);
    await time.advance(leftMs + SLOT + 1000);

    const joined = ((CLIP_END - leftMs + 410) / 1000).toFixed(2);
    assert.deepEqual(shown(stage), [`${joined} shows b`, "20.01 shows a", "30.01 shows b"]);
    assert.deepEqual(written(turns), [[1, 0, CAUSE.lateJoin, STATE.partial], ...WHOLE]);
  });
}

for (const leftMs of [5, 399, 999]) {
  test(`a page that begins ${leftMs} ms before an image's end begins with the clip that follows`, async () => {
    time.now = SLOT - leftMs;
    const { stage, turns } = rig();
    await time.advance(leftMs + SLOT + 1000);

    const onTime = leftMs > 200; // what the clip takes to be loaded
    assert.match(shown(stage)[0], onTime ? /^10\.01 shows b$/ : /^10\.2\d shows b$/);
    assert.deepEqual(written(turns)[0].slice(0, 2), [1, 0]);
    assert.equal(written(turns)[0][3], STATE.completed);
  });
}

for (const leftMs of [1001, 5000]) {
  test(`an image is joined with ${leftMs} ms left, as what follows has its time`, async () => {
    time.now = SLOT - leftMs;
    const { stage, turns } = rig();
    await time.advance(leftMs + SLOT + 1000);

    assert.match(shown(stage)[0], /^\d\.\d+ shows a$/);
    assert.deepEqual(written(turns).slice(0, 2), [
      [0, 0, CAUSE.lateJoin, STATE.partial],
      [1, 0, CAUSE.scheduled, STATE.completed],
    ]);
  });
}

test("a first order that comes right before an image's end begins with the clip that follows", async () => {
  const { stage, turns, plans, conductor } = rig();
  const { current } = plans;
  plans.current = null;
  conductor.wake();
  await time.advance(SLOT - 399);
  plans.current = current;
  conductor.wake();
  await time.advance(SLOT);

  assert.deepEqual(shown(stage), ["0.00 builtin", "10.01 shows b"]);
  assert.deepEqual(written(turns)[0].slice(0, 3), [1, 0, CAUSE.scheduled]);
});

test("an image follows what was withdrawn at once, however near its own end", async () => {
  time.now = 2 * SLOT + 2000;
  const { stage, plans } = rig();
  const from = START + 2 * SLOT + 3000;
  plans.takeover = { id: "t_1", asset: asset("e", "image"), from, until: START + 3 * SLOT - 399 };
  await time.advance(SLOT);

  assert.deepEqual(
    shown(stage).map((one) => one.replace(/^.* /, "")),
    ["a", "e", "a", "b"],
  );
});

test("a clip that is ready only at its end isn't shown any more, and the next one is whole", async () => {
  const { stage, turns } = beginBefore(3000);
  stage.loadMs = 2500; // as where it is the first of this boot, and checked block by block
  await time.advance(2400);
  stage.loadMs = 200;
  await time.advance(SLOT + 1600);

  assert.deepEqual(
    stage.prepared.map(({ url }) => url),
    ["b", "a", "b", "a"],
  );
  assert.deepEqual(shown(stage), ["20.01 shows a", "30.01 shows b"]);
  assert.deepEqual(written(turns), WHOLE);
});

test("what is never ready in time is shown late rather than never", async () => {
  const { stage } = beginBefore(1000);
  stage.loadMs = 1500;
  await time.advance(3000);

  assert.equal(shown(stage)[0], "20.50 shows a");
});

test("after a reload and after a restart at a clip's end the next picture is whole", async () => {
  for (const leftMs of [700, 300]) {
    const before = rig();
    await time.advance(CLIP_END - leftMs - time.now);
    before.conductor.scope.end();
    const { stage, turns, conductor } = rig();
    await time.advance(leftMs + SLOT + 1000);
    conductor.scope.end();

    assert.deepEqual(shown(stage), ["20.01 shows a", "30.01 shows b"]);
    assert.deepEqual(written(turns), WHOLE);
    time.restore();
    time = new HandTime();
  }
});

/** A takeover's picture on the glass, until so long before the end of a clip. @param {number} leftMs */
async function takenOver(leftMs) {
  const made = beginBefore(6000);
  const [from, until] = [START + CLIP_END - 5000, START + CLIP_END - leftMs];
  made.plans.takeover = { id: "t_1", asset: asset("e", "image"), from, until };
  await time.advance(2000);
  assert.match(String(shown(made.stage).pop()), /^15\.\d+ shows e$/);
  return made;
}

test("a takeover that ends in a clip's last moment is shown until the next boundary", async () => {
  const { stage, turns } = await takenOver(500);
  await time.advance(5000);

  assert.deepEqual(shown(stage).slice(1), ["15.01 shows e", "20.01 shows a"]);
  const ending = turns.find((turn) => turn.ending && turn.at > 19_000)?.ending;
  assert.ok(ending.shownMs <= 4500, "its record ends where it was to end");
});

test("a takeover withdrawn in a clip's last moment is shown until the next boundary", async () => {
  const { stage, plans, conductor } = await takenOver(-SLOT);
  await time.advance(3000);
  plans.takeover = null;
  conductor.wake();
  await time.advance(5000);

  assert.deepEqual(shown(stage).slice(1), ["15.01 shows e", "20.01 shows a"]);
});

test("what must not be shown any more is never held: the built-in slide is shown", async () => {
  const { stage, plans, conductor, turns } = await takenOver(-SLOT);
  await time.advance(3000);
  plans.revoked = new Set(["e".repeat(64)]);
  conductor.wake();
  await time.advance(5000);

  assert.deepEqual(shown(stage).slice(1), ["15.01 shows e", "19.00 builtin", "20.01 shows a"]);
  assert.deepEqual(
    turns.map(({ begun }) => begun.map((one) => one.asset[0]).join()),
    ["b", "e", "", "a"],
  );
});

test("a takeover's clip is shown at once, however near the end of its piece", async () => {
  time.now = SLOT + 1000;
  const { stage, plans, conductor } = rig();
  await time.advance(500);
  const from = START + time.now - SLOT + 300;
  plans.takeover = { id: "t_1", asset: asset("e", "video"), from, until: from + 60_000 };
  conductor.wake();
  await time.advance(1000);

  assert.match(String(shown(stage).pop()), /^1[12]\.\d+ shows e$/);
});
