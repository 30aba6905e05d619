/** In charge of writing down each play: open at its start, final at its end, durable before it is sent. */
import { CAUSE, chainStart, STATE, stateOf } from "./batches.js";
import { codeOf, INCIDENTS, isStorageFull } from "./errors.js";
import { newBoot } from "./store.js";

/** @typedef {import("./batches.js").Play} Play */
/** @typedef {import("./store.js").Boot} Boot */
/** @typedef {Pick<Play, "manifest" | "segment" | "cycle" | "slot" | "asset" | "cause" | "expected_ms">} Showing */
/** @typedef {{shownMs: number, error: string | null}} Ending */

const ROOM = 500; // plays given up at a time when the disk is full
const PATIENCE = 100; // plays that wait in memory before any on the disk are given up for them
const MOST_UNSAVED = 5000;
const WHOLE = Number.POSITIVE_INFINITY;

/** 64 random bits as 16 hex digits. */
export function bootName() {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
}

export class PlayLog {
  /**
   * @param {object} parts
   * @param {import("./store.js").Store} parts.store
   * @param {import("./clock.js").Clock} parts.clock
   * @param {string} parts.boot
   * @param {string} parts.screen
   * @param {(code: string, detail: string) => void} parts.incident
   * @param {() => Promise<unknown>} [parts.giveWay] lets media make room
   * @param {() => void} [parts.changed] called when there is something to hand in
   */
  constructor({
    store,
    clock,
    boot,
    screen,
    incident,
    giveWay = async () => {},
    changed = () => {},
  }) {
    this.store = store;
    this.giveWay = giveWay;
    this.clock = clock;
    this.screen = screen;
    this.incident = incident;
    this.changed = changed;
    /** @type {Boot} */
    this.boot = newBoot(boot, screen, 0, null);
    this.seq = 0;
    /** @type {Play | null} */
    this.open = null;
    /** @type {Map<number, Play>} by seq: what the disk had no room for waits for the next write */
    this.unsaved = new Map();
    /** @type {Promise<void>} writes keep their order */
    this.written = Promise.resolve();
  }

  /** Store this boot before its first event, and close what a crash left open. */
  async begin() {
    for (const { boot, acked } of await this.store.boots()) {
      const plays = (await this.store.plays(boot, acked)).filter((play) => play.open);
      const closed = plays.map((play) => ({ ...play, open: false, state: STATE.partial }));
      if (closed.length) await this.store.record({ plays: closed });
    }
    this.boot.head = this.boot.keptHead = await chainStart(this.boot.boot);
    await this.store.record({ boot: this.boot });
  }

  /**
   * One picture gives way to the next: all records of that instant in one transaction.
   * @param {Ending | null} ending of the open play
   * @param {(Showing & {error?: string})[]} begun each is open, or at once final as failed if it has an error
   * @param {number} atMono when the glass changed
   */
  turn(ending, begun, atMono) {
    const plays = ending ? this.close(ending) : [];
    for (const showing of begun) plays.push(this.event(showing, atMono));
    this.open = plays.find((play) => play.open) || null;
    if (plays.length) this.write(plays);
    return this.written;
  }

  /** @param {Ending} ending @returns {Play[]} */
  close({ shownMs, error }) {
    if (!this.open) return [];
    const play = this.open;
    const shown = Math.max(0, Math.round(shownMs));
    const state = error ? STATE.failed : stateOf(shown, play.expected_ms, play.cause);
    return [{ ...play, open: false, shown_ms: shown, state, error }];
  }

  /** @param {Showing & {error?: string}} showing @param {number} atMono @returns {Play} */
  event(showing, atMono) {
    this.seq += 1;
    const error = showing.error || null;
    return {
      ...showing,
      boot: this.boot.boot,
      seq: this.seq,
      open: !error,
      start_ms: Math.round(atMono),
      shown_ms: 0,
      state: error ? STATE.failed : STATE.partial,
      error,
      clock: this.clock.note(),
      era: this.clock.era,
      wall: Math.round(this.clock.wall()),
    };
  }

  /**
   * Note how long the open play has been on the glass, in case the power goes.
   * @param {number} shownMs
   */
  checkpoint(shownMs) {
    if (!this.open) return;
    this.open = { ...this.open, shown_ms: Math.max(0, Math.round(shownMs)) };
    this.write([this.open]);
  }

  /** @param {Play[]} plays */
  write(plays) {
    this.written = this.written
      .then(() => this.save(plays))
      .catch((error) => this.incident(INCIDENTS.storageFull, codeOf(error)));
    if (plays.some((play) => !play.open)) this.changed();
  }

  /** @param {Play[]} plays */
  async save(plays) {
    for (const play of plays) this.unsaved.set(play.seq, play);
    const [oldest] = this.unsaved.keys();
    if (this.unsaved.size > MOST_UNSAVED) this.unsaved.delete(oldest);
    const change = { plays: [...this.unsaved.values()] };
    try {
      await this.store.record(change);
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      await this.makeRoom();
      await this.store.record(change);
    }
    this.unsaved.clear();
  }

  /** First what no plan needs and what the server has; then the oldest plays, and that is reported: nothing is lost silently. */
  async makeRoom() {
    this.incident(INCIDENTS.storageFull, "plays");
    await this.giveWay();
    for (const boot of await this.store.boots()) {
      if (boot.acked > boot.kept) return this.forget(boot);
    }
    if (this.unsaved.size < PATIENCE) return;
    for (const boot of await this.store.boots()) {
      if (await this.giveUp(boot)) return;
    }
  }

  /** @param {Boot} boot */
  forget(boot) {
    const { acked, head } = boot;
    return this.store.record({ boot: { ...boot, kept: acked, keptHead: head }, drop: acked });
  }

  /** @param {Boot} boot @returns {Promise<boolean>} whether there was anything to give up */
  async giveUp(boot) {
    const from = (boot.lost?.[1] ?? boot.acked) + 1;
    const plays = await this.store.plays(boot.boot, from - 1, ROOM);
    const given = plays.filter((play) => !play.open);
    if (!given.length) return false;
    const upto = given[given.length - 1].seq;
    const lost = /** @type {Boot["lost"]} */ ([boot.lost?.[0] ?? from, upto, "storage_full"]);
    await this.store.record({ boot: { ...boot, lost }, settled: from - 1, drop: upto });
    this.incident(INCIDENTS.lostRange, `${boot.boot} ${from}-${upto}`);
    return true;
  }
}

/** @type {Pick<Play, "manifest" | "segment" | "cycle" | "slot">} */
const OUTSIDE = { manifest: null, segment: -1, cycle: -1, slot: -1 };

/**
 * The records that begin with a picture: nothing for black, held and built-in pictures.
 * @param {import("./due.js").Item} item
 * @param {import("./protocol.js").Asset | null} asset what is really on the glass
 * @param {string | null} error why it isn't the item's own
 * @param {number} nowMs server time
 * @param {number} scheduledCause scheduled or late join
 * @returns {(Showing & {error?: string})[]}
 */
export function recordsOf(item, asset, error, nowMs, scheduledCause) {
  if (!item.asset || item.kind === "held") return [];
  const [segment, cycle, slot] = item.place;
  const inPlan = item.kind === "slot" && item.plan;
  const where = inPlan ? { manifest: inPlan.digest, segment, cycle, slot } : OUTSIDE;
  const outside = item.kind === "takeover" ? CAUSE.takeover : CAUSE.fallback;
  const cause = inPlan ? scheduledCause : outside;
  const expected = item.endMs - item.startMs;
  const own = { ...where, asset: item.asset.digest, cause, expected_ms: finite(expected) };
  if (!error) return [own];
  const failed = { ...own, cause: inPlan ? CAUSE.scheduled : outside, error };
  if (!asset) return [failed];
  const rest = finite(item.endMs - nowMs);
  const standIn = { ...OUTSIDE, asset: asset.digest, cause: CAUSE.fallback, expected_ms: rest };
  return [failed, standIn];
}

/** @param {number} ms */
const finite = (ms) => (ms < WHOLE ? Math.max(0, Math.round(ms)) : 0);
