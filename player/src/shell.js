/** In charge of the page's own files: the service worker, its updates, and when a new page may take over. */
import { mono } from "./scope.js";

const PATIENCE_MS = 300e3; // where only clips are shown no better instant comes
const WORKER = "/player/sw.js?release=";
const OPTIONS = { scope: "/player/", updateViaCache: /** @type {const} */ ("none") };

/** @param {ServiceWorker | null | undefined} worker @param {string} release */
const is = (worker, release) => worker?.scriptURL.endsWith(WORKER + release);

export class Shell {
  /**
   * @param {ServiceWorkerContainer} container
   * @param {string} player which one this page is, such as 1.0.0+4a31fe5d02: its release comes last
   */
  constructor(container, player) {
    this.container = container;
    this.own = player.split("+")[1];
    this.told = "";
    this.toldAt = 0;
    /** The release that had its turn on this box and never got to play: its worker serves the former page. */
    this.gaveUp = "";
    const { controller } = container;
    if (!is(controller, this.own)) this.gaveUp = controller?.scriptURL.split("=")[1] ?? "";
    /** @type {ServiceWorkerRegistration | undefined} */
    this.registration = undefined;
  }

  /** Have the worker answer for this page; until it does, media are shown from the page's own hands. */
  async start() {
    const { container } = this;
    // Which release it is to be the server says for each screen; until then all stays as it is.
    this.registration =
      (await container.getRegistration("/player/")) ||
      (await container.register(WORKER + this.own, OPTIONS));
    // After a forced reload the active worker doesn't control the page until it is asked to.
    if (!this.isHere()) (await container.ready).active?.postMessage("claim");
  }

  /** True if a reload needs no network. */
  isHere() {
    return this.container.controller !== null;
  }

  /** This release works: the worker counts the boots that never said so. */
  isWell() {
    this.container.controller?.postMessage("well");
  }

  /**
   * The server says with each beat which player this screen is to run; its worker is fetched beside
   * the one at work, and waits. Said again, an attempt that failed is made anew.
   * @param {unknown} player
   */
  obey(player) {
    const told = String(player).split("+")[1];
    if (!told || !this.registration) return;
    if (told !== this.told) this.toldAt = mono();
    this.told = told;
    const { installing, waiting, active } = this.registration;
    const newest = installing || waiting || active;
    if (!is(newest, told)) this.container.register(WORKER + told, OPTIONS).catch(() => null);
  }

  /**
   * What it was told to be is here. Of the release that it gave up it makes no second attempt.
   * @param {boolean} [safe] false: only if a better instant is no more to be hoped for
   */
  isUpdateWaiting(safe = true) {
    const { waiting, active } = this.registration || {};
    const { told } = this;
    if (!safe && mono() - this.toldAt < PATIENCE_MS) return false;
    if (!told) return waiting;
    return told !== this.own && (is(waiting, told) || (is(active, told) && this.gaveUp !== told));
  }

  /** Load the page anew, from another release if that waits. Only at a safe instant. */
  reload() {
    const next = this.registration?.waiting;
    if (!next || (this.told && !is(next, this.told))) return location.reload();
    this.container.oncontrollerchange = () => location.reload();
    next.postMessage("now");
  }
}
