/**
 * Words at the foot: what an act has done and what is next, for six seconds, on the next page too
 * where the act leads to one. What can be taken back has its button there, and stays for longer.
 * The server sends them with its answer (`Anping-Notice`, server/web/act_notices.py).
 */

import { button, element, link } from "./elements.js";
import { keep } from "./kept.js";

/**
 * @typedef {{method: string, path: string, body?: unknown, tag?: string}} Undo
 * @typedef {{text: string, href?: string, undo?: Undo | Undo[]}} Notice
 * @typedef {Notice & {until: number}} Kept
 */

const KEY = "anping.toast";
export const STAYS_MS = 6_000;
export const STAYS_WITH_UNDO_MS = 15_000;
/** On the page that an act leads to it is read from its beginning. */
const LEAST_MS = 4_000;

/**
 * @param {string | null} header percent-encoded JSON
 * @returns {Notice | null}
 */
export function readNotice(header) {
  if (!header) return null;
  try {
    const found = JSON.parse(decodeURIComponent(header));
    return typeof found.text === "string" ? found : null;
  } catch {
    return null; // words that can't be read are no reason to stop
  }
}

/** @param {Notice} notice */
export function lasting(notice) {
  return notice.undo ? STAYS_WITH_UNDO_MS : STAYS_MS;
}

/**
 * The notice of the page before, and for how long it stays.
 * @param {{getItem(key: string): string | null}} kept
 * @param {number} nowMs
 * @returns {{notice: Notice, forMs: number} | null}
 */
export function carried(kept, nowMs) {
  /** @type {Kept | null} */
  const found = JSON.parse(kept.getItem(KEY) ?? "null");
  if (!found || found.until <= nowMs) return null;
  return { notice: found, forMs: Math.max(LEAST_MS, found.until - nowMs) };
}

/** @param {Notice} notice */
export function toast(notice) {
  const forMs = lasting(notice);
  keep("sessionStorage", KEY, JSON.stringify({ ...notice, until: Date.now() + forMs }));
  show(notice, forMs);
}

/** The page that an act led to goes on saying it. */
export function showCarried() {
  const found = carried(sessionStorage, Date.now());
  if (found) show(found.notice, found.forMs);
}

/** @param {Notice} notice @param {number} forMs */
function show(notice, forMs) {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-toasts]"));
  if (!place) return;
  const box = element("div", "toast-note");
  box.append(element("p", "", notice.text));
  const { href, undo } = notice;
  if (href && href !== location.pathname) box.append(link(href, place.dataset.open ?? ""));
  if (undo) box.append(button("btn btn-sm", place.dataset.undo ?? "", () => void takeBack(undo)));
  const close = button("toast-close", "×", () => end(box));
  close.setAttribute("aria-label", place.dataset.close ?? "");
  box.append(close);
  place.replaceChildren(box);
  endLater(box, forMs);
}

/**
 * Gone after its time, but not while it is read: under the pointer, or with the focus in it.
 * @param {HTMLElement} box
 * @param {number} forMs
 */
function endLater(box, forMs) {
  let timer = setTimeout(() => end(box), forMs);
  const stay = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end(box), LEAST_MS);
  };
  for (const kind of ["pointerenter", "focusin"]) box.addEventListener(kind, stay);
  for (const kind of ["pointerleave", "focusout"]) box.addEventListener(kind, go);
}

/** @param {HTMLElement} box */
function end(box) {
  box.remove();
  keep("sessionStorage", KEY, "");
}

/** @param {Undo | Undo[]} undo one call, or one after the other */
async function takeBack(undo) {
  const { perform, Problem } = await import("./api.js");
  const place = /** @type {HTMLElement} */ (document.querySelector("[data-toasts]"));
  try {
    for (const one of [undo].flat())
      await perform(one.method, one.path, one.body, one.tag, place.dataset.undone);
    window.location.reload();
  } catch (error) {
    const why = error instanceof Problem ? error.message : (document.body.dataset.offline ?? "");
    toast({ text: why });
  }
}
