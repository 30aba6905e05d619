/** In charge of the wire forms: what is let in from the server, how much of it, and whether an assignment is valid. */
import { PlayerError } from "./errors.js";

export const PROTOCOL = 1;
export const BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * @typedef {object} Asset
 * @property {string} digest
 * @property {"image" | "video"} kind
 * @property {string} type
 * @property {number} bytes
 * @property {number} width
 * @property {number} height
 * @property {number | null} [duration_ms]
 * @property {string[]} [blocks] digest of each 4 MiB
 */
/** @typedef {[start: number, duration: number, asset: number, campaign: number]} SlotRow */
/** @typedef {{from: number, until: number, loop: string | null, anchor: number}} Segment */
/**
 * @typedef {object} Manifest the wire form, checked by `parseManifest`
 * @property {1} format
 * @property {string} timezone
 * @property {Asset[]} assets
 * @property {string[]} campaigns
 * @property {Record<string, {period_ms: number, slots: SlotRow[]}>} loops
 * @property {Segment[]} segments
 * @property {number} fallback
 * @property {string} fit
 * @property {boolean} sound
 */
/** @typedef {{id: string, asset: Asset, from: number, until: number, label: string, drill: boolean}} Takeover */
/** @typedef {{from: number, until: number}} Pause declared: the screen is to be off */
/** @typedef {{kid: string, kty: string, crv: string, x: string, y: string}} Key */
/**
 * @typedef {object} Assignment
 * @property {1} format
 * @property {string} screen
 * @property {number} version
 * @property {string} manifest
 * @property {number} activate_at
 * @property {number} issued_at
 * @property {number} expires_at
 * @property {Takeover | null} takeover
 * @property {string[]} [revoked]
 * @property {Key[]} [keys]
 * @property {{networks: string[], hours: [number, number][]} | null} [metered]
 * @property {Pause | null} [pause]
 */
/** @typedef {"malformed" | "unknown_key" | "bad_signature" | "other_screen" | "old_version" | "issued_before" | "expired"} Refusal */
/**
 * @typedef {object} Believer what the player verifies an assignment against
 * @property {string} screen
 * @property {string | null} accepted text of the last accepted assignment
 * @property {Key[]} pinned
 * @property {number} now best clock at hand, server ms
 */

const ANSWER_MS = 10000;
const MOST_BYTES = 16e6;
const DIGEST = /^[0-9a-f]{64}$/;
const encoder = new TextEncoder();

/**
 * Ask the server over HTTP. What is longer or takes longer than any answer is cut there, and a redirect, which the
 * server never makes, is an empty answer: neither is JSON or has the right digest.
 * @param {string} path
 * @param {object} [body] posted as JSON
 * @param {Record<string, string>} [headers]
 * @param {number} [mostMs]
 * @returns {Promise<Response>}
 * @throws when there is no network, or not a word in time
 */
export async function ask(path, body, headers = {}, mostMs = ANSWER_MS) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), mostMs);
  try {
    const answer = await fetch(path, {
      method: body ? "POST" : "GET",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
      signal: abort.signal,
      cache: "no-store", // what was spoilt on the way must not be found again
      redirect: "manual",
    });
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    const reader = answer.body?.getReader();
    for (let bytes = 0; reader && bytes < MOST_BYTES; ) {
      const { value } = await reader.read().catch((error) => {
        if (!abort.signal.aborted) throw error;
        return /** @type {any} */ ({});
      });
      if (!value) break;
      parts.push(value);
      bytes += value.length;
    }
    const content = parts.length ? new Blob(parts) : null; // a 304 may have none
    return new Response(content, { status: answer.status || 200, headers: answer.headers });
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @returns {value is number} */
export const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** @param {unknown} value @returns {value is string} */
export const isDigest = (value) => typeof value === "string" && DIGEST.test(value);

/** @param {any} asset @returns {asset is Asset} */
function isAsset(asset) {
  return (
    isObject(asset) &&
    isDigest(asset.digest) &&
    (asset.kind === "image" || asset.kind === "video") &&
    typeof asset.type === "string" &&
    isCount(asset.bytes) &&
    (asset.duration_ms == null || isCount(asset.duration_ms)) &&
    (asset.blocks == null || (Array.isArray(asset.blocks) && asset.blocks.every(isDigest)))
  );
}

/** @param {any} takeover */
const isTakeover = (takeover) =>
  takeover == null ||
  (isObject(takeover) &&
    typeof takeover.id === "string" &&
    isAsset(takeover.asset) &&
    isCount(takeover.from) &&
    isCount(takeover.until));

/** @param {any} key @returns {key is Key} */
export const isKey = (key) =>
  isObject(key) && [key.kid, key.x, key.y].every((part) => typeof part === "string");

/**
 * The fields of an assignment's text, or null if it isn't one.
 * @param {unknown} text
 * @returns {Assignment | null}
 */
export function parseAssignment(text) {
  if (typeof text !== "string") return null;
  const order = parseJson(text);
  const whole =
    isObject(order) &&
    order.format === 1 &&
    typeof order.screen === "string" &&
    isDigest(order.manifest) &&
    [order.version, order.activate_at, order.issued_at, order.expires_at].every(isCount) &&
    isTakeover(order.takeover) &&
    (order.revoked == null || (Array.isArray(order.revoked) && order.revoked.every(isDigest))) &&
    (order.keys == null || (Array.isArray(order.keys) && order.keys.every(isKey))) &&
    (order.metered == null || isMetered(order.metered));
  return whole ? /** @type {Assignment} */ (order) : null;
}

/** @param {any} metered */
const isMetered = ({ networks, hours }) =>
  Array.isArray(networks) &&
  Array.isArray(hours) &&
  hours.every((span) => Array.isArray(span) && span.every(isCount));

/**
 * Whether media may be downloaded: on a network that the order names, or in the hours for it. A browser that
 * doesn't name its network is taken at its hours, and may always where there are none.
 * @param {Assignment} order
 * @param {number} now server ms
 * @param {string} [network] as the browser calls it
 */
export function mayLoad({ metered }, now, network = networkNow()) {
  if (!metered) return true;
  const { networks, hours } = metered;
  if (network ? networks.includes(network) : !hours.length) return true;
  return hours.some(([from, until]) => from <= now && now < until);
}

/** @returns {string | undefined} */
const networkNow = () => /** @type {any} */ (navigator).connection?.type;

/** @param {string} text @returns {unknown} */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} text base64url without padding */
function fromBase64Url(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export function toBase64Url(bytes) {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
export const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/**
 * Why none of these keys has signed a text, or null.
 * @param {Key[]} keys
 * @param {any} signed `{"kid", "signature"}`
 * @param {any} text
 * @returns {Promise<"unknown_key" | "bad_signature" | null>}
 */
export async function doubtOf(keys, signed, text) {
  const key = keys.find(({ kid }) => kid === signed.kid);
  if (!key) return "unknown_key";
  try {
    const bytes = fromBase64Url(String(signed.signature));
    const { x, y } = key;
    const jwk = { kty: "EC", crv: "P-256", x, y };
    const imported = await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["verify"]);
    if (await crypto.subtle.verify(SIGNING, imported, bytes, encoder.encode(text))) return null;
  } catch {
    // not base64url, not a point of the curve: no proof either way
  }
  return "bad_signature";
}

/**
 * Judge a message, in the order that the protocol fixes.
 * @param {unknown} message `{"assignment", "kid", "signature"}`
 * @param {Believer} believer
 * @returns {Promise<{order: Assignment, text: string, reason: null} | {order: Assignment | null, text: string, reason: Refusal}>}
 */
export async function judgeAssignment(message, believer) {
  const text = isObject(message) ? message.assignment : null;
  const order = parseAssignment(text);
  if (!order || !isObject(message)) return { order: null, text: "", reason: "malformed" };
  const doubt = await doubtOf(believer.pinned, message, text);
  return { order, text, reason: doubt || staleness(order, text, believer) };
}

/**
 * Why a genuine assignment is still not to be followed, or null.
 * @param {Assignment} order
 * @param {string} text
 * @param {Believer} believer
 * @returns {Refusal | null}
 */
function staleness(order, text, believer) {
  if (order.screen !== believer.screen) return "other_screen";
  const last = parseAssignment(believer.accepted);
  if (last && order.version < last.version) return "old_version";
  if (last && order.version === last.version && text !== believer.accepted) return "old_version";
  if (last && order.issued_at < last.issued_at) return "issued_before";
  return order.expires_at <= believer.now ? "expired" : null;
}

/** @param {any} loop @param {number} assets @param {number} campaigns */
function isLoop(loop, assets, campaigns) {
  if (!isObject(loop) || !isCount(loop.period_ms) || !Array.isArray(loop.slots)) return false;
  let end = 0;
  for (const row of loop.slots) {
    if (!Array.isArray(row) || !row.every(Number.isSafeInteger)) return false;
    const [start, duration, asset, campaign] = row;
    if (start !== end || duration < 1 || !(asset >= 0 && asset < assets)) return false;
    if (!(campaign >= -1 && campaign < campaigns)) return false;
    end += duration;
  }
  return end > 0 && end === loop.period_ms;
}

/** @param {any[]} segments @param {Record<string, unknown>} loops */
function areSegments(segments, loops) {
  let end = 0;
  return segments.every((segment) => {
    const { from, until, loop, anchor } = segment || {};
    const inOrder = isCount(from) && isCount(until) && from >= end && until > from;
    end = until;
    return (
      inOrder &&
      (loop === null || (Object.keys(loops).includes(loop) && Number.isSafeInteger(anchor)))
    );
  });
}

/**
 * A manifest that can be played, or an error: a bad one never replaces a good one.
 * @param {string} text
 * @returns {Manifest}
 * @throws {PlayerError} `manifest_corrupt`
 */
export function parseManifest(text) {
  const plan = /** @type {any} */ (parseJson(text));
  const whole =
    isObject(plan) &&
    plan.format === 1 &&
    Array.isArray(plan.assets) &&
    plan.assets.every(isAsset) &&
    Array.isArray(plan.campaigns) &&
    isObject(plan.loops) &&
    Object.values(plan.loops).every((loop) =>
      isLoop(loop, plan.assets.length, plan.campaigns.length),
    ) &&
    Array.isArray(plan.segments) &&
    areSegments(plan.segments, plan.loops) &&
    isCount(plan.fallback) &&
    plan.fallback < plan.assets.length;
  if (!whole) throw new PlayerError("manifest_corrupt", "no manifest of format 1");
  return /** @type {Manifest} */ (/** @type {unknown} */ (plan));
}

/**
 * Lower-case hex SHA-256.
 * @param {ArrayBuffer | Uint8Array<ArrayBuffer> | string} data text is hashed as UTF-8
 * @returns {Promise<string>}
 */
export async function sha256(data) {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  return toHex(await crypto.subtle.digest("SHA-256", bytes));
}

/** @param {ArrayBuffer} bytes */
const toHex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} hex */
export const fromHex = (hex) =>
  Uint8Array.from(hex.match(/../g) || [], (pair) => Number.parseInt(pair, 16));
