/** In charge of what is on at an instant: a pure function of plan and server time, twin of playlists/wire/seat.py. */

/** @typedef {import("./protocol.js").Manifest} Manifest */
/** @typedef {import("./protocol.js").Segment} Segment */

/**
 * @typedef {object} Seat what `server.cli seat` prints: off has only the segment, fallback only the asset
 * @property {number} at
 * @property {"playing" | "off" | "fallback"} state
 * @property {number} [segment]
 * @property {number} [cycle]
 * @property {number} [slot]
 * @property {number} [offset_ms]
 * @property {string} [asset]
 * @property {string | null} [campaign]
 * @property {boolean} [held]
 */

/**
 * @typedef {object} Showing one slot of the plan at its place in time (server ms)
 * @property {number} segment
 * @property {number} cycle
 * @property {number} slot
 * @property {number} startMs
 * @property {number} endMs end of the slot's own length; a held picture is shown beyond it
 * @property {boolean} held
 */

/**
 * Index of the last row whose key is <= value, or -1. Rows are sorted by key.
 * @template T
 * @param {readonly T[]} rows
 * @param {number} value
 * @param {(row: T) => number} key
 */
function lastAtOrBefore(rows, value, key) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(rows[middle]) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Index of the segment that holds the instant, or -1 outside all of them.
 * @param {Manifest} manifest
 * @param {number} atMs
 */
export function segmentAt(manifest, atMs) {
  const index = lastAtOrBefore(manifest.segments, atMs, (segment) => segment.from);
  return index >= 0 && atMs < manifest.segments[index].until ? index : -1;
}

/**
 * The slot that belongs on the screen, or null where the screen is off or shows the fallback.
 * @param {Manifest} manifest
 * @param {number} atMs server time
 * @returns {Showing | null}
 */
export function showingAt(manifest, atMs) {
  const segment = segmentAt(manifest, atMs);
  const place = manifest.segments[segment];
  if (!place || place.loop === null) return null;
  const { period_ms: period, slots } = manifest.loops[place.loop];
  const position = (((atMs - place.anchor) % period) + period) % period;
  let slot = lastAtOrBefore(slots, position, (row) => row[0]);
  let startMs = atMs - position + slots[slot][0];
  const held = startMs + slots[slot][1] > place.until;
  if (held) {
    // A slot that would not end in time is not started: its predecessor's picture stays.
    slot = (slot + slots.length - 1) % slots.length;
    startMs -= slots[slot][1];
  }
  const cycle = Math.floor((startMs - place.anchor) / period);
  return { segment, cycle, slot, startMs, endMs: startMs + slots[slot][1], held };
}

/**
 * What is on at an instant.
 * @param {Manifest} manifest
 * @param {number} atMs server time, ms
 * @returns {Seat}
 */
export function seat(manifest, atMs) {
  const segment = segmentAt(manifest, atMs);
  if (segment < 0) {
    return { at: atMs, state: "fallback", asset: manifest.assets[manifest.fallback].digest };
  }
  const showing = showingAt(manifest, atMs);
  if (!showing) return { at: atMs, state: "off", segment };
  const [, , asset, campaign] = slotRow(manifest, showing);
  return {
    at: atMs,
    state: "playing",
    segment,
    cycle: showing.cycle,
    slot: showing.slot,
    offset_ms: atMs - showing.startMs,
    asset: manifest.assets[asset].digest,
    campaign: campaign < 0 ? null : manifest.campaigns[campaign],
    held: showing.held,
  };
}

/**
 * The wire row [start, duration, asset, campaign] of a showing.
 * @param {Manifest} manifest
 * @param {{segment: number, slot: number}} showing
 */
export function slotRow(manifest, showing) {
  const { loop } = manifest.segments[showing.segment];
  return manifest.loops[/** @type {string} */ (loop)].slots[showing.slot];
}

/**
 * The next instant strictly after `atMs` at which a slot or a segment begins or ends; Infinity when none does.
 * @param {Manifest} manifest
 * @param {number} atMs server time, ms
 * @returns {number}
 */
export function nextBoundary(manifest, atMs) {
  const showing = showingAt(manifest, atMs);
  const index = segmentAt(manifest, atMs);
  if (showing && !showing.held) return Math.min(showing.endMs, manifest.segments[index].until);
  if (index >= 0) return manifest.segments[index].until;
  const after = lastAtOrBefore(manifest.segments, atMs, (segment) => segment.from) + 1;
  return after < manifest.segments.length
    ? manifest.segments[after].from
    : Number.POSITIVE_INFINITY;
}

/**
 * True when the whole showing is within its segment, so that a play of it is expected.
 * @param {Manifest} manifest
 * @param {Showing} showing
 */
export function isExpected(manifest, showing) {
  const { from, until } = manifest.segments[showing.segment];
  return !showing.held && showing.startMs >= from && showing.endMs <= until;
}
