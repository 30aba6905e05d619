/** In charge of the pure side of the play log: what a play amounts to, the hash chain, columnar batches. */
import { fromHex, sha256 } from "./protocol.js";

export const STATE = { completed: 0, partial: 1, failed: 2 };
export const CAUSE = {
  scheduled: 0,
  takeover: 1,
  lateJoin: 2,
  manual: 3,
  fallback: 4,
};
export const MAX_BATCH = 500;
const SAME_CLOCK_MS = 50;
const LATE_MS = 1000;

/** @typedef {{offset_ms: number, uncertainty_ms: number, source?: "stored"}} ClockNote */
/**
 * @typedef {object} Play one showing as kept on this machine
 * @property {string} boot
 * @property {number} seq
 * @property {boolean} open still on the glass (or was, when the power went)
 * @property {string | null} manifest
 * @property {number} segment
 * @property {number} cycle
 * @property {number} slot
 * @property {string} asset
 * @property {number} start_ms monotonic since boot
 * @property {number} shown_ms
 * @property {number} expected_ms
 * @property {number} state
 * @property {number} cause
 * @property {string | null} error
 * @property {ClockNote | null} clock as used when it was shown, never a later one
 * @property {number} era grows with each suspend or jump of this machine's clocks
 * @property {number} wall this machine's own clock: evidence only
 */

/**
 * The state of a play by how much of its expected time it was shown.
 * @param {number} shownMs
 * @param {number} expectedMs
 * @param {number} cause
 * @returns {number}
 */
export function stateOf(shownMs, expectedMs, cause) {
  if (cause === CAUSE.lateJoin) return STATE.partial;
  const enough = Math.max(0.9 * expectedMs, expectedMs - 1000);
  return shownMs >= enough || shownMs >= 0.98 * expectedMs ? STATE.completed : STATE.partial;
}

/**
 * Whether a slot joined `lateMs` after its start still counts as scheduled.
 * @param {number} lateMs
 */
export const causeOfJoin = (lateMs) => (lateMs < LATE_MS ? CAUSE.scheduled : CAUSE.lateJoin);

/**
 * The chain's head before the first event of a boot.
 * @param {string} boot
 */
export const chainStart = (boot) => sha256(boot);

/**
 * The head after one more link: an event row or `["lost", a, b, reason]`.
 * @param {string} head hex
 * @param {readonly unknown[]} link
 */
export function chainOn(head, link) {
  const before = fromHex(head);
  const text = new TextEncoder().encode(JSON.stringify(link));
  const both = new Uint8Array(before.length + text.length);
  both.set(before);
  both.set(text, before.length);
  return sha256(both);
}

/**
 * An event as the chain hashes it.
 * @param {Play} play
 */
export const chainRow = (play) => [
  play.seq,
  play.manifest,
  play.segment,
  play.cycle,
  play.slot,
  play.asset,
  play.start_ms,
  play.shown_ms,
  play.state,
  play.cause,
  play.error,
];

/** @param {Play} play @param {Play} first @param {number} index */
function belongs(play, first, index) {
  if (play.open || play.boot !== first.boot || play.seq !== first.seq + index) return false;
  if (play.manifest !== first.manifest || play.era !== first.era) return false;
  const [a, b] = [play.clock, first.clock];
  if (!a || !b) return a === b;
  return a.source === b.source && Math.abs(a.offset_ms - b.offset_ms) <= SAME_CLOCK_MS;
}

/**
 * The longest run of plays from the first that one batch may hold: one boot, manifest and clock, no hole.
 * @param {readonly Play[]} plays sorted by seq
 * @param {number} [limit]
 */
export function takeRun(plays, limit = MAX_BATCH) {
  let length = 0;
  while (length < Math.min(plays.length, limit) && belongs(plays[length], plays[0], length)) {
    length += 1;
  }
  return plays.slice(0, length);
}

/**
 * The wire form of a run.
 * @param {readonly Play[]} run from `takeRun`, at least one
 * @param {string | null} head chain head after the last one, null when it can't be computed
 */
export function toBatch(run, head) {
  const first = run[0];
  const assets = [...new Set(run.map((play) => play.asset))];
  const uncertainty = Math.max(...run.map((play) => play.clock?.uncertainty_ms || 0));
  return {
    boot: first.boot,
    first: first.seq,
    manifest: first.manifest,
    clock: first.clock && { ...first.clock, uncertainty_ms: uncertainty },
    wall_ms: first.wall,
    assets,
    segment: run.map((play) => play.segment),
    cycle: run.map((play) => play.cycle),
    slot: run.map((play) => play.slot),
    asset: run.map((play) => assets.indexOf(play.asset)),
    start_ms: run.map((play) => play.start_ms),
    shown_ms: run.map((play) => play.shown_ms),
    state: run.map((play) => play.state),
    cause: run.map((play) => play.cause),
    error: run.map((play) => play.error),
    ...(head ? { head } : {}),
  };
}
