/** In charge of server time: offset and uncertainty from the best of recent exchanges, moved gently. */

/** @typedef {import("./batches.js").ClockNote} ClockNote */
/** @typedef {{deltaMs: number, serverMs: number, uncertaintyMs: number}} Kept server minus wall, and when it was so */
/** @typedef {{offset: number, halfTripMs: number, at: number}} Exchange */

const WINDOW = 24;
const DRIFT = 1e-4; // 100 ppm: what a cheap crystal may be off
const STEP_MS = 500;
const SLEW = 0.02; // ms of correction per ms: no picture is seen to hurry
const JUMP_MS = 50;
const BIG_JUMP_MS = 1000;

export class Clock {
  /**
   * @param {() => number} mono monotonic ms since boot
   * @param {() => number} wall this machine's own clock, ms
   */
  constructor(mono, wall) {
    this.mono = mono;
    this.wall = wall;
    /** @type {Exchange[]} */
    this.exchanges = [];
    /** @type {number | null} server minus monotonic in use */
    this.offset = null;
    this.movedAt = 0;
    /** @type {Kept | null} */
    this.kept = null;
    this.floorMs = 0;
    this.gap = wall() - mono();
    /** Grows with each suspend or jump; plays of two eras share no batch. */
    this.era = 0;
    this.base = wall() - mono();
    this.trusted = false;
  }

  /**
   * Start from what an earlier boot kept: only good until the first exchange.
   * @param {Kept | null} kept
   */
  restore(kept) {
    this.kept = kept;
    if (!kept) return;
    this.raiseFloor(kept.serverMs);
    this.base = this.wall() + kept.deltaMs - this.mono();
    this.trusted = this.base + this.mono() >= kept.serverMs;
    // A wall clock behind the last server time that it had is wrong (1970): go on from there, claim nothing.
    if (!this.trusted) this.base = kept.serverMs - this.mono();
  }

  /**
   * Never believe that it is earlier than this (the last accepted issue, the last kept time).
   * @param {number} serverMs
   */
  raiseFloor(serverMs) {
    this.floorMs = Math.max(this.floorMs, serverMs);
  }

  /**
   * Take in one exchange.
   * @param {number} t0 monotonic at sending
   * @param {number} t1 server time
   * @param {number} t3 monotonic at receipt
   * @returns {boolean} true when the clock stepped instead of slewing
   */
  sample(t0, t1, t3) {
    if (!Number.isFinite(t1) || !(t3 >= t0)) return false;
    this.slew();
    this.exchanges.push({ offset: t1 - (t0 + t3) / 2, halfTripMs: (t3 - t0) / 2, at: t3 });
    if (this.exchanges.length > WINDOW) this.exchanges.shift();
    const target = this.best()?.offset || 0;
    const step = this.offset === null || Math.abs(target - this.offset) > STEP_MS;
    if (step) this.offset = target;
    return step;
  }

  /** @param {Exchange} exchange */
  cost(exchange) {
    return exchange.halfTripMs + (this.mono() - exchange.at) * DRIFT;
  }

  best() {
    /** @type {Exchange | undefined} */
    let best;
    for (const exchange of this.exchanges) {
      if (!best || this.cost(exchange) < this.cost(best)) best = exchange;
    }
    return best;
  }

  slew() {
    const now = this.mono();
    const most = (now - this.movedAt) * SLEW;
    this.movedAt = now;
    const best = this.best();
    if (!best || this.offset === null) return;
    this.offset += Math.max(-most, Math.min(most, best.offset - this.offset));
  }

  /** Server minus monotonic, measured or guessed. */
  offsetMs() {
    this.slew();
    return this.offset ?? this.base;
  }

  /** Server time in ms: what is on the screen follows it. */
  now() {
    return this.mono() + this.offsetMs();
  }

  /** Server time for judging expiry: never earlier than what is proven. */
  latest() {
    return Math.max(this.now(), this.floorMs);
  }

  /** @param {number} serverMs */
  monoOf(serverMs) {
    return serverMs - this.offsetMs();
  }

  isSynced() {
    return this.offset !== null;
  }

  /**
   * What plays carry: null if never synced in this boot and nothing credible was kept.
   * @returns {ClockNote | null}
   */
  note() {
    const best = this.best();
    if (best && this.offset !== null) {
      return { offset_ms: this.offsetMs(), uncertainty_ms: Math.ceil(this.cost(best)) };
    }
    if (!this.kept || !this.trusted) return null;
    const age = this.base + this.mono() - this.kept.serverMs;
    const uncertainty = Math.ceil(this.kept.uncertaintyMs + age * DRIFT);
    return { offset_ms: this.base, uncertainty_ms: uncertainty, source: "stored" };
  }

  /**
   * What the next boot may start from, or null while there is nothing worth keeping.
   * @returns {Kept | null}
   */
  toKeep() {
    const note = this.note();
    if (!note || note.source) return null;
    const serverMs = this.now();
    const uncertaintyMs = note.uncertainty_ms;
    return { deltaMs: serverMs - this.wall(), serverMs, uncertaintyMs };
  }

  /**
   * Compare the machine's two clocks; called each second.
   * @returns {boolean} true after a suspend or jump of more than a second: exchange again at once
   */
  noticeJump() {
    const gap = this.wall() - this.mono();
    const jump = Math.abs(gap - this.gap);
    this.gap = gap;
    if (jump > JUMP_MS) this.era += 1;
    if (jump <= BIG_JUMP_MS) return false;
    this.exchanges.length = 0; // they may be from before a suspend; the offset stays until the next
    return true;
  }
}
