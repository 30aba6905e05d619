/** In charge of noticing that nothing moves: hidden pages, frozen renderers, pages that have run too long. */
import { INCIDENTS } from "./errors.js";
import { mono, Scope } from "./scope.js";

const FROZEN_MS = 3000;
const STUTTER_MS = 1000;
const WATCH_MS = 250; // between two frames that are seen
const SHARE = 0.05; // of a play that may be hidden or frozen before it doesn't count
const HEAP_BYTES = 150e6;
const DAY_MS = 86400e3;

/** @typedef {{at: number, hiddenMs: number, frozenMs: number, advancedMs: number | null, lengthMs: number | null}} Reading */

/**
 * Why a play doesn't count although its time passed, or null. Pure.
 * @param {Reading} begin at the swap
 * @param {Reading} end
 * @param {number} shownMs
 * @returns {"hidden" | "stalled" | null}
 */
export function flawOf(begin, end, shownMs) {
  const most = Math.max(200, shownMs * SHARE);
  if (end.hiddenMs - begin.hiddenMs > most) return "hidden";
  if (end.frozenMs - begin.frozenMs > most) return "stalled";
  if (end.advancedMs === null) return null;
  const course = Math.min(shownMs, end.lengthMs || shownMs);
  return course - end.advancedMs > Math.max(200, course * SHARE) ? "stalled" : null;
}

export class Watchdog {
  /** @param {(code: string, detail: string) => void} incident */
  constructor(incident) {
    this.incident = incident;
    this.scope = new Scope();
    this.hiddenMs = 0;
    this.frozenMs = 0;
    this.lastFrame = mono();
    this.hiddenSince = document.hidden ? mono() : 0;
    this.stalled = false;
  }

  start() {
    this.watchAgain();
    this.scope.on(document, "visibilitychange", () => this.turn());
    this.stayAwake();
    this.scope.every(1000, () => this.check());
  }

  /** To ask for every frame would keep a box at work all day, and swaps waiting for the page. */
  watchAgain() {
    requestAnimationFrame(() => {
      this.seeFrame(mono());
      this.scope.after(WATCH_MS, () => this.watchAgain());
    });
  }

  /** The browser lets go of the lock whenever the page is hidden. */
  stayAwake() {
    const { wakeLock } = navigator;
    if (wakeLock && !document.hidden) wakeLock.request("screen").catch(() => {});
  }

  /** @param {number} now */
  seeFrame(now) {
    const gap = now - this.lastFrame;
    if (gap > STUTTER_MS) this.frozenMs += gap;
    this.lastFrame = now;
    this.stalled = false;
  }

  turn() {
    const now = mono();
    if (document.hidden) this.hiddenSince = now;
    else this.hiddenMs += now - this.hiddenSince;
    this.stayAwake();
    this.lastFrame = now; // without visibility there are no frames to expect
  }

  check() {
    if (document.hidden || this.stalled || mono() - this.lastFrame < FROZEN_MS) return;
    this.stalled = true;
    this.incident(INCIDENTS.stalled, "no frame");
  }

  /** @param {import("./stage.js").Stage} stage @returns {Reading} */
  read(stage) {
    const now = mono();
    const hidden = document.hidden ? now - this.hiddenSince : 0;
    const waiting = now - this.lastFrame;
    return {
      at: now,
      hiddenMs: this.hiddenMs + hidden,
      frozenMs: this.frozenMs + (!document.hidden && waiting > STUTTER_MS ? waiting : 0),
      advancedMs: stage.advancedMs(),
      lengthMs: stage.lengthMs(),
    };
  }

  /** True when a fresh page would do good; the caller picks a safe instant. */
  isTired() {
    const heap = /** @type {any} */ (performance).memory?.usedJSHeapSize || 0;
    return heap > HEAP_BYTES || mono() > DAY_MS;
  }
}
