/** In charge of the page's own files: the service worker, its updates, and when a new page may take over. */
import { mono } from "./scope.js";

const PATIENCE_MS = 300e3; // where only clips are shown no better instant comes
const LEAVING_MS = 60e3; // as long as a boot may take
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
    this.ownRelease = player.split("+")[1];
    this.assignedRelease = "";
    this.assignedAt = 0;
    this.againAt = 0; // when the page may be asked for once more
    /** The release that had its turn on this box and never got to play: its worker serves the former page. */
    this.gaveUp = "";
    const { controller } = container;
    if (!is(controller, this.ownRelease)) this.gaveUp = controller?.scriptURL.split("=")[1] || "";
    /** @type {ServiceWorkerRegistration | undefined} */
    this.registration = undefined;
  }

  /** Have the worker answer for this page; until it does, media are shown from the page's own hands. */
  async start() {
    const { container } = this;
    // Which release a screen is to run the server sends with each beat; until then all stays as it is.
    this.registration =
      (await container.getRegistration("/player/")) ||
      (await container.register(WORKER + this.ownRelease, OPTIONS));
    // After a forced reload the active worker doesn't control the page until it is asked to.
    if (!this.isHere()) (await container.ready).active?.postMessage("claim");
  }

  /** True if a reload needs no network. */
  isHere() {
    return this.container.controller !== null;
  }

  /** This release works: the worker counts the boots that never confirmed it. */
  isWell() {
    this.container.controller?.postMessage("well");
  }

  /**
   * The server sends with each beat which player this screen is to run; its worker is fetched beside
   * the one at work, and waits. Sent again, an attempt that failed is repeated.
   * @param {unknown} player
   */
  obey(player) {
    const assigned = String(player).split("+")[1];
    if (!assigned || !this.registration) return;
    if (assigned !== this.assignedRelease) this.assignedAt = mono();
    this.assignedRelease = assigned;
    const { installing, waiting, active } = this.registration;
    const newest = installing || waiting || active;
    if (!is(newest, assigned))
      this.container.register(WORKER + assigned, OPTIONS).catch(() => null);
  }

  /**
   * The assigned release is here. Of the release that it gave up it makes no second attempt.
   * @param {boolean} [safe] false: only if a better instant is no more to be hoped for
   */
  isUpdateWaiting(safe = true) {
    const { waiting, active } = this.registration || {};
    const { assignedRelease: assigned } = this;
    if (!safe && mono() - this.assignedAt < PATIENCE_MS) return false;
    if (!assigned) return waiting;
    return (
      assigned !== this.ownRelease &&
      (is(waiting, assigned) || (is(active, assigned) && this.gaveUp !== assigned))
    );
  }

  /** Reload the page, from another release if that waits. Only at a safe instant. */
  reload() {
    const { waiting } = this.registration || {};
    const { assignedRelease: assigned } = this;
    if (!waiting || (assigned && !is(waiting, assigned))) return this.reloadOnce();
    this.container.oncontrollerchange = () => this.reloadOnce();
    waiting.postMessage("now");
  }

  /**
   * A page that is slow to load must not be asked for again by each picture meanwhile: none would
   * ever come, and its worker counts each as a boot in vain, until the release is given up.
   */
  reloadOnce() {
    if (mono() < this.againAt) return;
    this.againAt = mono() + LEAVING_MS;
    location.reload();
  }
}
