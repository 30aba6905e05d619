/**
 * `/preview`: frames the player's stage, passes on what a person presses, and describes in words what
 * the stage shows. The address follows, so that it can be sent to a colleague.
 */
import { call } from "./api.js";
import { districtMs, districtTime, zoneOfPage } from "./district-time.js";
import { wireEach } from "./on-page.js";

const FACTS = "preview";
const PAUSE_MS = 400;

/** @param {HTMLElement} box */
function preview(box) {
  const texts = box.dataset;
  const zone = zoneOfPage();
  const find = (/** @type {string} */ mark) =>
    /** @type {HTMLElement} */ (box.querySelector(`[data-${mark}]`));
  const frame = /** @type {HTMLIFrameElement} */ (find("stage"));
  const run = find("run");
  const seek = /** @type {HTMLInputElement} */ (find("seek"));
  /** @type {Record<string, any>} */
  let seen = { at: Number(texts.at), runs: true };

  /** @param {string} order @param {number} value */
  const send = (order, value) =>
    frame.contentWindow?.postMessage({ order, value }, window.location.origin);

  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== window.location.origin || source !== frame.contentWindow || !data?.[FACTS])
      return;
    seen = { ...seen, ...data[FACTS] };
    const time = districtTime(seen.at, zone);
    find("clock").textContent = time.replace("T", " ");
    if (document.activeElement !== seek) seek.value = time;
    run.textContent = (seen.runs ? texts.pauseText : texts.playText) ?? "";
    if (data[FACTS].kind) showState(box, data[FACTS]);
  });
  run.addEventListener("click", () => send("run", seen.runs ? 0 : 1));
  seek.addEventListener("change", () => seek.value && send("seek", districtMs(seek.value, zone)));
  find("now").addEventListener("click", () => window.location.assign(here(box, "")));
  find("choose").addEventListener("change", () => {
    const chosen = screenOf(box);
    if (chosen && chosen !== texts.screen)
      window.location.assign(here(box, `&at=${Math.floor(seen.at)}`));
  });
  find("speed").addEventListener("change", () =>
    send("speed", Number(/** @type {HTMLSelectElement} */ (find("speed")).value)),
  );
  for (const button of box.querySelectorAll("[data-step]"))
    button.addEventListener("click", () => send("step", Number(button.getAttribute("data-step"))));
  for (const button of box.querySelectorAll("[data-jump]"))
    button.addEventListener("click", () => send("jump", Number(button.getAttribute("data-jump"))));
  shape(find("glass"), Number(texts.width), Number(texts.height));
  frame.src = `/preview/stage?screen=${texts.screen}&at=${texts.at}${draftOf(box)}`;
}

/**
 * This page for the screen that is chosen.
 * @param {HTMLElement} box
 * @param {string} more
 */
function here(box, more) {
  return `/preview?screen=${screenOf(box) || box.dataset.screen}${more}${draftOf(box)}`;
}

/**
 * The draft that counts as signed off, as a part of addresses.
 * @param {HTMLElement} box
 */
function draftOf({ dataset: { draft } }) {
  return draft ? `&draft=${draft}` : "";
}

/**
 * What is chosen; nothing while somebody types.
 * @param {HTMLElement} box
 */
function screenOf(box) {
  const kept = box.querySelector('[data-choose] input[type="hidden"]');
  return /** @type {HTMLInputElement} */ (kept).value;
}

/**
 * As wide as there is room, and low enough to be seen whole.
 * @param {HTMLElement} glass
 * @param {number} width
 * @param {number} height
 */
function shape(glass, width, height) {
  const share = height / width;
  glass.style.maxWidth = `calc(70vh / ${share})`;
  const hold = () => {
    glass.style.height = `${glass.clientWidth * share}px`;
  };
  hold();
  window.addEventListener("resize", hold);
}

/**
 * @param {HTMLElement} box
 * @param {{kind: string, at: number, title: string | null, campaign: string | null}} facts
 */
function showState(box, { kind, at, title, campaign }) {
  const texts = box.dataset;
  const names = JSON.parse(texts.names ?? "{}");
  /** @type {Record<string, string | undefined>} */
  const states = {
    off: texts.off,
    fallback: texts.fallback,
    builtin: texts.fallback,
    takeover: texts.takeover,
    no_plan: texts.noPlan,
    missing: texts.missing,
    unreachable: texts.unreachable,
  };
  const whose = campaign ? (names[campaign] ?? texts.hiddenName) : texts.own;
  const label = /** @type {HTMLElement} */ (box.querySelector("[data-kind]"));
  label.textContent = states[kind] ?? whose ?? "";
  label.className = `state ${["missing", "unreachable", "takeover"].includes(kind) ? "bad" : ""}`;
  const words = /** @type {HTMLElement} */ (box.querySelector("[data-title]"));
  words.textContent = ["off", "no_plan", "unreachable"].includes(kind) ? "" : (title ?? "");
  const place = `/preview?screen=${texts.screen}&at=${Math.floor(at)}${draftOf(box)}`;
  window.history.replaceState(null, "", place);
  const why = /** @type {HTMLAnchorElement | null} */ (box.querySelector("[data-why]"));
  if (!why) return; // of what is on no screen nothing is explained
  why.href = `/screens/${texts.screen}?at=${Math.floor(at)}`;
  explain(box, ["no_plan", "unreachable"].includes(kind) ? null : Math.floor(at));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let asking;
let asked = 0;

/**
 * Why it is on, in a sentence; not asked for what is only passed on the way to another instant.
 * @param {HTMLElement} box
 * @param {number | null} at null: there is nothing to explain
 */
function explain(box, at) {
  const words = /** @type {HTMLElement} */ (box.querySelector("[data-reason]"));
  const mine = ++asked;
  clearTimeout(asking);
  words.textContent = "";
  if (at === null) return;
  asking = setTimeout(async () => {
    const path = `/api/v1/screens/${box.dataset.screen}/explain?at=${iso(at)}`;
    const forecast = await call("GET", path).catch(() => null);
    if (mine === asked) words.textContent = forecast?.sentence ?? "";
  }, PAUSE_MS);
}

/** @param {number} at */
function iso(at) {
  return encodeURIComponent(new Date(at).toISOString());
}

wireEach("[data-preview]", preview);
