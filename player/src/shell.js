/** In charge of the page's own files: the service worker, its updates, and when a new page may take over. */
import { Scope } from "./scope.js";

const UPDATE_MS = 3600e3;

export class Shell {
  /** @param {ServiceWorkerContainer} container */
  constructor(container) {
    this.container = container;
    this.scope = new Scope();
    /** @type {ServiceWorkerRegistration | null} */
    this.registration = null;
  }

  /** Have the worker answer for this page; until it does, media are shown from the page's own hands. */
  async start() {
    this.scope.every(UPDATE_MS, () => this.registration?.update().catch(() => null));
    const { container } = this;
    const options = { scope: "/player/", updateViaCache: /** @type {const} */ ("none") };
    try {
      this.registration = await container.register("/player/sw.js", options);
    } catch (error) {
      if (!this.isHere()) throw error; // else offline: the worker is there already
      this.registration = (await container.getRegistration("/player/")) ?? null;
    }
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

  isUpdateWaiting() {
    return Boolean(this.registration?.waiting);
  }

  /** Load the page anew, from a newer release if one waits. Only at a safe instant. */
  reload() {
    const { registration } = this;
    if (!registration?.waiting) return location.reload();
    this.scope.on(this.container, "controllerchange", () => location.reload());
    registration.waiting.postMessage("now");
  }
}
