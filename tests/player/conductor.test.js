import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Conductor } from "../../player/src/conductor.js";
import { PlayerError } from "../../player/src/errors.js";
import { parseManifest } from "../../player/src/protocol.js";
import { HandTime } from "./handtime.js";

/** @typedef {import("../../player/src/stage.js").Picture} Picture */

const START = 1_795_563_720_000;
const SLOT = 10_000;
const LOAD = 200;
/** @type {HandTime} */
let time;

beforeEach(() => {
  time = new HandTime();
});
afterEach(() => time.restore());

/** @param {string} letter @param {string} kind */
const asset = (letter, kind) => ({
  digest: letter.repeat(64),
  kind,
  type: kind === "image" ? "image/jpeg" : "video/mp4",
  bytes: 1,
  width: 1,
  height: 1,
  ...(kind === "video" && { duration_ms: SLOT }),
});

/** Pictures and videos in turn, for an hour. @param {string} digest @param {boolean} sound */
const planOf = (digest, sound = false) => ({
  digest,
  manifest: parseManifest(
    JSON.stringify({
      format: 1,
      timezone: "Asia/Shanghai",
      assets: [asset("a", "image"), asset("b", "video"), asset("f", "image")],
      campaigns: [],
      loops: {
        L1: {
          period_ms: 2 * SLOT,
          slots: [
            [0, SLOT, 0, -1],
            [SLOT, SLOT, 1, -1],
          ],
        },
      },
      segments: [{ from: START, until: START + 3_600_000, loop: "L1", anchor: START }],
      fallback: 2,
      fit: "contain",
      sound,
    }),
  ),
});

/** What a stage does, as a list of words with the instant of each. */
class StageOfWords {
  constructor() {
    /** @type {[number, string][]} */
    this.did = [];
    /** @type {Picture | null} */
    this.behind = null;
    /** @type {Picture | null} */
    this.front = null;
    /** @type {Picture[]} */
    this.prepared = [];
    /** @type {Promise<void> | null} */
    this.loading = null;
    this.failed = () => {};
    this.back = {
      warm: (/** @type {number} */ at) => this.note(`rises ${Math.round(at)}`),
      cool: () => this.note("cool"),
    };
  }

  /** @param {string} word */
  note(word) {
    this.did.push([Math.round(performance.now()), word]);
  }

  /** @param {Picture} picture */
  prepare(picture) {
    if (this.loading && this.prepared[this.prepared.length - 1].key === picture.key)
      return this.loading;
    this.prepared.push(picture);
    this.loading = this.load(picture);
    return this.loading;
  }

  /** @param {Picture} picture */
  async load(picture) {
    this.behind = null;
    await new Promise((done) => setTimeout(done, LOAD));
    if (this.prepared[this.prepared.length - 1] !== picture) throw new PlayerError("superseded");
    this.behind = picture;
  }

  swap() {
    this.front = this.behind;
    this.loading = null;
    this.note(`shows ${this.front?.url ?? "nothing"}`);
  }

  /** @param {boolean} off */
  blank(off) {
    this.front = null;
    this.note(off ? "off" : "builtin");
  }

  /** @param {() => void} failed */
  onFailure(failed) {
    this.failed = failed;
  }

  steer() {}
}

function stand() {
  const stage = new StageOfWords();
  /** @type {string[]} */
  const incidents = [];
  /** @type {{ending: any, begun: any[], at: number}[]} */
  const turns = [];
  const plans = {
    current: planOf("m".repeat(64)),
    /** @type {any} */
    next: null,
    /** @type {any} */
    takeover: null,
    situation: () => ({
      planAt: (/** @type {number} */ at) =>
        plans.next && at >= plans.next.at ? plans.next : plans.current,
      switchAt: plans.next?.at ?? Number.POSITIVE_INFINITY,
      takeover: plans.takeover,
      expiresAt: Number.POSITIVE_INFINITY,
      revoked: plans.revoked,
    }),
    revoked: new Set(),
    standIn: (/** @type {any} */ plan) => plan.manifest.assets[2],
    settle: (/** @type {number} */ now) => {
      if (plans.next && now >= plans.next.at) [plans.current, plans.next] = [plans.next, null];
    },
  };
  const log = {
    /** @type {any} */
    open: null,
    turn: (/** @type {any} */ ending, /** @type {any[]} */ begun, /** @type {number} */ at) => {
      if (ending || begun.length) turns.push({ ending: log.open && ending, begun, at });
      log.open = begun.find((one) => !one.error) ?? null;
    },
    checkpoint() {},
  };
  const parts = {
    stage,
    clock: {
      now: () => START + performance.now(),
      monoOf: (/** @type {number} */ at) => at - START,
    },
    media: {
      verify: async () => true,
      address: async (/** @type {{digest: string}} */ { digest }) => digest[0],
      doubt() {},
      ensure() {},
    },
    log,
    watchdog: {
      read: () => ({ at: 0, hiddenMs: 0, frozenMs: 0, advancedMs: null, lengthMs: null }),
    },
    plans,
    incident: (/** @type {string} */ code) => incidents.push(code),
    entered() {},
  };
  const conductor = new Conductor(/** @type {any} */ (parts));
  conductor.run();
  return { stage, plans, turns, incidents, conductor };
}

/** @template T @param {T[]} list */
const last = (list) => list[list.length - 1];

/** What was on the glass, each with the second in which it came. @param {StageOfWords} stage */
const shown = (stage) =>
  stage.did
    .filter(([, word]) => /^(shows|off|builtin)/.test(word))
    .map(([at, word]) => `${(at / 1000).toFixed(2)} ${word}`);

test("each picture is told its instant and the page follows it by ten milliseconds", async () => {
  const { stage } = stand();
  await time.advance(25_000);

  assert.deepEqual(shown(stage), ["0.20 shows a", "10.01 shows b", "20.01 shows a"]);
  assert.deepEqual(
    stage.did.filter(([at, word]) => at > 1000 && word.startsWith("rises")).map(([, word]) => word),
    ["rises 9984", "rises 19984"],
  );
});

test("a video that breaks is written down as failed, and the fallback stands to the slot's end", async () => {
  const { stage, turns, incidents } = stand();
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
    const { stage, turns, conductor } = stand();
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
  const { stage, plans, conductor, incidents } = stand();
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
  const { stage } = stand();
  await time.advance(12_000);
  stage.failed();
  await time.advance(1_000);
  stage.failed();
  await time.advance(1_000);

  assert.deepEqual(shown(stage).slice(1), ["10.01 shows b", "12.20 shows f", "13.00 builtin"]);
});

test("woken long before its instant a picture isn't lifted", async () => {
  const { stage, plans, conductor } = stand();
  await time.advance(9_850);
  plans.takeover = { id: "t_1", asset: asset("e", "image"), from: START, until: START + 60_000 };
  conductor.wake();
  await time.advance(2_000);

  assert.ok(stage.did.some(([, word]) => word === "cool"));
  assert.deepEqual(shown(stage).slice(1), ["10.05 shows e"]);
});

test("woken when the browser may have lifted it already the page follows first", async () => {
  for (const before of [60, 20, 5]) {
    const { stage, plans, conductor } = stand();
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
  const { stage, plans, conductor, turns } = stand();
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
  const { stage, plans } = stand();
  plans.next = { ...planOf("n".repeat(64), true), at: START + SLOT };
  await time.advance(12_000);

  const videos = stage.prepared.filter(({ kind }) => kind === "video");
  assert.deepEqual(
    videos.map(({ url, sound }) => [url, sound]),
    [["b", true]],
  );
});

test("a plan that changes behind a takeover leaves its record whole", async () => {
  const { plans, conductor, turns, stage } = stand();
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
