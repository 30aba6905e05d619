/** Wiring only: the player's stage in a frame of the console, with the session of the person who watches. */
import { PlayerError } from "../src/errors.js";
import { parseManifest } from "../src/protocol.js";
import { mono } from "../src/scope.js";
import { segmentAt } from "../src/seat.js";
import { Stage } from "../src/stage.js";
import { PreviewClock } from "./clock.js";
import { Projector } from "./projector.js";

const TICK_MS = 200;
const query = new URLSearchParams(location.search);
const screen = query.get("screen") ?? "";
const draft = query.get("draft");
const stage = new Stage(/** @type {HTMLElement} */ (document.getElementById("stage")));
const clock = new PreviewClock(mono, Number(query.get("at")));
/** @type {Map<string, import("../src/protocol.js").Manifest>} */
const plans = new Map();

/** @param {string} digest */
async function planOf(digest) {
  const cached = plans.get(digest);
  if (cached) return cached;
  const response = await fetch(`/manifests/${digest}`);
  if (!response.ok) throw new PlayerError("http", digest, response.status);
  const manifest = parseManifest(await response.text());
  plans.set(digest, manifest);
  return manifest;
}

/**
 * Of a takeover that is over only its picture is kept: its kind is that of the file.
 * @param {import("../src/protocol.js").Takeover | null} takeover
 */
async function whole(takeover) {
  if (!takeover || takeover.asset.kind) return takeover;
  const { headers } = await fetch(`/files/${takeover.asset.digest}`, { method: "HEAD" });
  const isVideo = (headers.get("Content-Type") ?? "").startsWith("video/");
  /** @type {"image" | "video"} */
  const kind = isVideo ? "video" : "image";
  return { ...takeover, asset: { ...takeover.asset, kind } };
}

/** @type {import("../src/protocol.js").Manifest | null} */
let rehearsed = null;

/**
 * The day's plan with a draft in it, which is on no screen; the same as long as the day.
 * @param {number} atMs
 * @returns {Promise<import("./projector.js").Moment>}
 */
async function rehearse(atMs) {
  if (!rehearsed || segmentAt(rehearsed, atMs) < 0) {
    const place = `/preview/plan?screen=${screen}&draft=${draft}&at=${Math.floor(atMs)}`;
    const response = await fetch(place);
    if (!response.ok) throw new PlayerError("http", screen, response.status);
    rehearsed = parseManifest(await response.text());
  }
  const digest = `draft-${rehearsed.segments[0]?.from}`;
  return { plan: { digest, manifest: rehearsed }, takeover: null, title: null };
}

/** @param {number} atMs @returns {Promise<import("./projector.js").Moment>} */
async function ask(atMs) {
  const response = await fetch(`/api/v1/screens/${screen}/seat?at=${Math.floor(atMs)}`);
  const answer = await response.json();
  if (answer.code === "no_plan") return { plan: null, takeover: null, title: null };
  if (!response.ok) throw new PlayerError("http", screen, response.status);
  const plan = { digest: answer.manifest, manifest: await planOf(answer.manifest) };
  return { plan, takeover: await whole(answer.takeover), title: answer.asset_name };
}

/** @param {Record<string, unknown>} facts */
function publish(facts) {
  const { runs, speed } = clock;
  window.parent.postMessage(
    { preview: { at: clock.now(), runs, speed, ...facts } },
    location.origin,
  );
}

const projector = new Projector({ stage, clock, ask: draft ? rehearse : ask, publish });

/** @type {Record<string, (value: number) => void>} */
const ORDERS = {
  seek: (atMs) => clock.set(atMs),
  jump: (byMs) => clock.set(clock.now() + byMs),
  run: (runs) => clock.run(Boolean(runs)),
  speed: (speed) => clock.hurry(speed),
};

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== window.parent || !data?.order) return;
  if (data.order === "step") return projector.stepBy(data.value);
  ORDERS[data.order]?.(data.value);
  projector.wake();
});
setInterval(() => publish({}), TICK_MS);
projector.run();
