/** In charge of a conductor in hand time: a plan of pictures and clips, a stage that keeps words, a log of turns. */
import { Conductor } from "../../player/src/conductor.js";
import { PlayerError } from "../../player/src/errors.js";
import { parseManifest } from "../../player/src/protocol.js";

/** @typedef {import("../../player/src/stage.js").Picture} Picture */

export const START = 1_795_563_720_000;
export const SLOT = 10_000;
const LOAD = 200;
const COVER = 200; // as the real stage: a frame of it, and 150 ms

/** @param {string} letter @param {string} kind */
export const asset = (letter, kind) => ({
  digest: letter.repeat(64),
  kind,
  type: kind === "image" ? "image/jpeg" : "video/mp4",
  bytes: 1,
  width: 1,
  height: 1,
  ...(kind === "video" && { duration_ms: SLOT }),
});

/** Pictures and videos in turn, for an hour. @param {string} digest @param {boolean} sound */
export const planOf = (digest, sound = false) => ({
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
export class StageOfWords {
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
    this.loadMs = LOAD;
    /** @type {Promise<void>} */
    this.covered = Promise.resolve();
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
    await this.covered;
    this.behind = null;
    await new Promise((done) => setTimeout(done, this.loadMs));
    if (this.prepared[this.prepared.length - 1] !== picture) throw new PlayerError("superseded");
    this.behind = picture;
  }

  swap() {
    this.front = this.behind;
    this.loading = null;
    this.covered = new Promise((done) => setTimeout(done, COVER));
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

export function rig() {
  const stage = new StageOfWords();
  /** @type {string[]} */
  const incidents = [];
  /** @type {{ending: any, begun: any[], at: number}[]} */
  const turns = [];
  const plans = {
    /** @type {any} null: there is no order yet */
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
export const last = (list) => list[list.length - 1];

/** What was on the glass, each with the second in which it came. @param {StageOfWords} stage */
export const shown = (stage) =>
  stage.did
    .filter(([, word]) => /^(shows|off|builtin)/.test(word))
    .map(([at, word]) => `${(at / 1000).toFixed(2)} ${word}`);
