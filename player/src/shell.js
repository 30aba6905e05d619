/** In charge of the page's own files: the service worker, its updates, and when a new page may take over. */
import { Scope } from "./scope.js";

const SLOW_MS = 10000;
const UPDATE_MS = 3600e3;

export class Shell {
  /** @param {ServiceWorkerContainer} container */
  constructor(container) {
    this.container = container;
    this.scope = new Scope();
    /** @type {ServiceWorkerRegistration | null} */
    this.registration = null;
  }

  /** Have the worker answer for this page; without it no media can be shown. */
  async start() {
    const controlled = this.container.controller !== null;
    const options = { scope: "/player/", updateViaCache: /** @type {const} */ ("none") };
    const registering = this.container.register("/player/sw.js", options);
    if (controlled)
      registering.catch(() => null); // offline: the worker is there already
    else await this.takeHold(await registering);
    this.registration = (await this.container.getRegistration("/player/")) ?? null;
    this.scope.every(UPDATE_MS, () => this.registration?.update().catch(() => null));
  }

  /** @param {ServiceWorkerRegistration} registration */
  async takeHold(registration) {
    const taken = new Promise((resolve) => {
      this.scope.on(this.container, "controllerchange", resolve);
    });
    await this.container.ready;
    // After a forced reload the active worker doesn't control the page until it is asked to.
    registration.active?.postMessage("claim");
    if (!this.container.controller) await Promise.race([taken, this.scope.sleep(SLOW_MS)]);
  }

  /** True if a reload needs no network. */
  isHere() {
    return this.container.controller !== null;
  }

  /** This release works: the worker counts the boots that never said so. */
  isWell() {
    if (this.container.controller) this.container.controller.postMessage("well");
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
