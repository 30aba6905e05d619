/**
 * Pages of who is signed in follow what changes over the namespace `/console`: parts with
 * `data-topic` by topics, parts with `data-follow` (a public id such as t_9) one thing. The server
 * reports that something has changed, never what: the parts are read again. The sign in the top line
 * shows whether the page is live.
 */
import { budget, calmly } from "./calmly.js";
import { HintSocket } from "./hint-socket.js";
import { keepLine } from "./line.js";
import { isAbout, keepFresh, parts, renewParts } from "./live.js";

const AGAIN_MS = 3_000;
// The parts that are a page's own, not the menu's.
const OWN = ".with-menu [data-topic], .with-menu [data-follow]";

let isUp = false;
let spentMs = 0;
const gapAfter = budget(performance.now());
/** @type {Set<string>} names of parts to read again */
const stale = new Set();

const renew = calmly(
  async () => {
    spentMs = 0;
    if (document.hidden) return; // renewed when it is shown again
    const began = performance.now();
    const wanted = parts().filter((part) => stale.has(part.dataset.live ?? ""));
    stale.clear();
    const left = await renewParts(wanted);
    spentMs = performance.now() - began;
    for (const name of left) stale.add(name);
    if (left.length > 0) setTimeout(renew, AGAIN_MS);
  },
  () => gapAfter(spentMs, performance.now()),
);

/** @param {(part: HTMLElement) => boolean} isAffected */
function renewThose(isAffected) {
  for (const part of parts()) if (isAffected(part)) stale.add(part.dataset.live ?? "");
  if (stale.size > 0) renew();
}

/** @param {string} attribute @returns {string[]} */
function named(attribute) {
  const found = [...document.querySelectorAll(`[${attribute}]`)];
  return [...new Set(found.flatMap((one) => (one.getAttribute(attribute) ?? "").split(" ")))];
}

/** @param {"on" | "off" | "ended"} state */
function showState(state) {
  const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-line-lost]"));
  if (bar) bar.hidden = state !== "off";
  const sign = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-sign]"));
  if (!sign || !document.querySelector(OWN)) return;
  const text = sign.dataset[state] ?? "";
  if (sign.textContent !== text) sign.textContent = text;
  sign.classList.toggle("is-lost", state !== "on");
  sign.hidden = false;
  // Not that it is live from the start, only what becomes of it.
  sign.setAttribute("aria-live", "polite");
}

function follow() {
  const here = window.location.origin.replace(/^http/, "ws");
  const socket = new HintSocket("/console", (path) => new WebSocket(here + path), window);
  const again = keepLine(
    socket,
    {
      up: () => {
        isUp = true;
        socket.emit("watch", { topics: named("data-topic") });
        for (const of of named("data-follow")) socket.emit("follow", { of });
        showState("on");
        // What has changed between the page and the line.
        renewThose((part) => (part.dataset.topic ?? part.dataset.follow) !== undefined);
      },
      down: (failures) => {
        isUp = false;
        if (failures > 0) showState("off");
      },
      ended: () => {
        isUp = false;
        showState("ended");
      },
    },
    { later: (act, ms) => setTimeout(act, ms), chance: Math.random },
  );
  socket.on("hint", (/** @type {{topic: string}} */ { topic }) =>
    renewThose((part) => isAbout(part.dataset.topic, topic)),
  );
  socket.on("changed", () => renewThose((part) => part.dataset.from === undefined));
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && stale.size > 0) renew();
  });
  socket.connect();
}

keepFresh(() => isUp);
if (document.querySelector("[data-topic], [data-follow]")) follow();
