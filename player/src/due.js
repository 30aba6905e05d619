/** In charge of what belongs on the glass, pure: plan, takeover, revocation and expiry put together. */
import { nextBoundary, segmentAt, showingAt, slotRow } from "./seat.js";

/** @typedef {import("./protocol.js").Asset} Asset */
/** @typedef {import("./protocol.js").Manifest} Manifest */
/** @typedef {{digest: string, manifest: Manifest}} Plan */
/**
 * @typedef {object} Situation
 * @property {(atMs: number) => Plan | null} planAt
 * @property {number} switchAt when the next plan takes over, Infinity if there is none
 * @property {import("./protocol.js").Takeover | null} takeover only once its picture is here and verified
 * @property {number} expiresAt
 * @property {import("./protocol.js").Pause | null} [pause] gives way to a takeover alone
 * @property {ReadonlySet<string>} revoked digests that must not be shown
 */
/**
 * @typedef {object} Item
 * @property {string} key two instants with one key show one thing without a break
 * @property {"slot" | "held" | "takeover" | "fallback" | "off" | "builtin"} kind
 * @property {Asset | null} asset
 * @property {number} startMs where its picture's own time began
 * @property {number} endMs where its record ends
 * @property {number} untilMs when to ask again; never after endMs
 * @property {boolean} loop a video starts over until then
 * @property {string | null} error why the asset must not be shown
 * @property {Plan | null} plan
 * @property {[segment: number, cycle: number, slot: number]} place -1 outside the plan
 */

const PIECE_MS = 60000; // still pictures are recorded minute by minute
/** @type {Item["place"]} */
const NOWHERE = [-1, -1, -1];
const NEVER = Number.POSITIVE_INFINITY;

/** @param {Partial<Item> & Pick<Item, "key" | "kind">} item @returns {Item} */
const make = (item) => ({
  asset: null,
  startMs: 0,
  endMs: NEVER,
  untilMs: NEVER,
  loop: false,
  error: null,
  plan: null,
  place: NOWHERE,
  ...item,
});

/**
 * A still picture, cut into pieces so that a long one leaves records.
 * @param {"takeover" | "fallback"} kind
 * @param {string} id
 * @param {Asset} asset
 * @param {number} from server ms where the pieces begin
 * @param {number} until
 * @param {number} atMs
 */
function still(kind, id, asset, from, until, atMs) {
  const length = asset.kind === "video" && asset.duration_ms ? asset.duration_ms : PIECE_MS;
  const startMs = from + Math.floor((atMs - from) / length) * length;
  const endMs = Math.min(startMs + length, until);
  const key = `${kind}:${id}:${startMs}`;
  return make({ key, kind, asset, startMs, endMs, loop: true });
}

/**
 * The fallback's picture of a plan, or null where that is revoked too.
 * @param {Manifest} manifest
 * @param {ReadonlySet<string>} revoked
 */
export function fallbackOf(manifest, revoked) {
  const asset = manifest.assets[manifest.fallback];
  return revoked.has(asset.digest) ? null : asset;
}

/** @param {Plan} plan @param {ReadonlySet<string>} revoked @param {number} atMs */
function planned(plan, revoked, atMs) {
  const { digest, manifest } = plan;
  const until = nextBoundary(manifest, atMs);
  const segment = segmentAt(manifest, atMs);
  if (segment < 0) {
    const asset = fallbackOf(manifest, revoked);
    if (!asset) return make({ key: "builtin", kind: "builtin", endMs: until });
    return still("fallback", digest, asset, 0, until, atMs);
  }
  const showing = showingAt(manifest, atMs);
  if (!showing) return make({ key: `off:${segment}`, kind: "off", endMs: until });
  const asset = manifest.assets[slotRow(manifest, showing)[2]];
  const { cycle, slot, startMs, held } = showing;
  const error = revoked.has(asset.digest) ? "revoked" : null;
  return make({
    // What is withdrawn while it is on is another picture from then on, and leaves at once.
    key: [digest, segment, cycle, slot, held, error].join(":"),
    kind: held ? "held" : "slot",
    asset,
    startMs,
    endMs: held ? until : showing.endMs,
    error,
    place: [segment, cycle, slot],
  });
}

/** @param {import("./protocol.js").Pause | null | undefined} pause @param {number} atMs */
function paused(pause, atMs) {
  if (!pause || atMs < pause.from || atMs >= pause.until) return null;
  return make({ key: `pause:${pause.from}`, kind: "off", endMs: pause.until });
}

/**
 * What belongs on the glass at an instant.
 * @param {Situation} situation
 * @param {number} atMs server time
 * @returns {Item}
 */
export function dueAt(situation, atMs) {
  const { takeover, expiresAt, revoked, switchAt, pause } = situation;
  const plan = situation.planAt(atMs);
  let item = make({ key: "builtin", kind: "builtin", plan });
  const edges = [switchAt];
  if (atMs < expiresAt && plan) {
    edges.push(expiresAt);
    const live = takeover && !revoked.has(takeover.asset.digest) && atMs < takeover.until;
    if (live && atMs >= takeover.from) {
      const { id, asset, from, until } = takeover;
      item = { ...still("takeover", id, asset, from, until, atMs), plan };
    } else {
      item = { ...(paused(pause, atMs) || planned(plan, revoked, atMs)), plan };
      if (live) edges.push(takeover.from);
      edges.push(Number(pause?.from));
    }
  }
  const untilMs = Math.min(item.endMs, ...edges.filter((edge) => edge > atMs));
  return { ...item, untilMs };
}
