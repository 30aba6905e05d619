/** In charge of how media are stored in Cache Storage: a note per digest and one entry per block. Shared with the worker. */

export const MEDIA_CACHE = "anping-media-1";

/** @typedef {{type: string, bytes: number, block: number, blocks: string[]}} Note kept once all blocks are here */

/**
 * A cache; one that a power cut left in pieces fails at everything in just this way, and begins empty.
 * @param {string} name
 */
export async function openCache(name) {
  const cache = await caches.open(name);
  const error = await cache.keys().catch((error) => error.name);
  if (error === "UnknownError") await caches.delete(name);
  return caches.open(name);
}

/** @param {string} digest */
export const noteUrl = (digest) => `/files/${digest}`;

/** @param {string} digest @param {number} index */
export const blockUrl = (digest, index) => `/files/${digest}?block=${index}`;

/**
 * The half-open range asked for, or null if it can't be satisfied.
 * @param {string | null} header
 * @param {number} bytes
 * @returns {[from: number, to: number, partial: boolean] | null}
 */
export function rangeOf(header, bytes) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header || "") || [];
  if (!first && !last) return [0, bytes, false];
  if (!first) return [Math.max(0, bytes - Number(last)), bytes, true];
  const to = last ? Math.min(bytes, Number(last) + 1) : bytes;
  return Number(first) < to ? [Number(first), to, true] : null;
}
