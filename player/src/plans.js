/** In charge of which plan is on air: accept an order, fetch and verify all of it, switch at its instant. */
import { fallbackOf } from "./due.js";
import { codeOf, INCIDENTS, isStorageFull, PlayerError } from "./errors.js";
import {
  ask,
  judgeAssignment,
  mayLoad,
  parseAssignment,
  parseManifest,
  sha256,
} from "./protocol.js";
import { backOff, Scope, signal } from "./scope.js";
import { showingAt } from "./seat.js";

/** @typedef {import("./protocol.js").Assignment} Assignment */
/** @typedef {import("./protocol.js").Takeover} Takeover */
/** @typedef {import("./due.js").Plan} Plan */
/** @typedef {Plan & {text: string, at: number}} NextPlan with the instant of its switch */

const MOST_WAIT_MS = 30000;
const MANIFEST_MS = 60000;
const PUSH_FIRST_MS = 300; // one pushed frame serves many screens: give it time before asking
const KEEP_BODIES = 4;
const SURE_MS = 2000; // plays may be so far from their slots

export class Plans {
  /**
   * @param {object} parts
   * @param {import("./store.js").Store} parts.store
   * @param {import("./store.js").Credential} parts.credential
   * @param {import("./clock.js").Clock} parts.clock
   * @param {import("./cache.js").MediaCache} parts.media
   * @param {import("./machine.js").Machine} parts.machine
   * @param {(code: string, detail: string) => void} parts.incident
   * @param {() => void} parts.changed something else may belong on the glass now
   * @param {() => void} parts.switched a `switched` waits to be sent
   */
  constructor({ store, credential, clock, media, machine, incident, changed, switched }) {
    this.store = store;
    this.credential = credential;
    this.clock = clock;
    this.media = media;
    this.machine = machine;
    this.incident = incident;
    this.changed = changed;
    this.switched = switched;
    /** @type {string | null} */
    this.accepted = null;
    /** @type {Assignment | null} */
    this.order = null;
    /** @type {Plan | null} */
    this.current = null;
    /** @type {NextPlan | null} */
    this.next = null;
    /** @type {{at: number, mono: number} | null} the last switch by a guessed time, by both clocks */
    this.guess = null;
    /** @type {import("./protocol.js").Asset[]} being fetched for the next plan */
    this.wanted = [];
    /** @type {Takeover | null} */
    this.takeover = null;
    /** @type {Set<string>} */
    this.revoked = new Set();
    /** @type {Map<string, string>} */
    this.bodies = new Map();
    this.pushed = signal();
    this.scope = new Scope();
    /** @type {Promise<any>} one order at a time */
    this.judged = Promise.resolve();
  }

  /** Take up what the last boot kept; nothing here needs the network. */
  async restore() {
    const [accepted, current, next] = await Promise.all([
      this.store.get("accepted"),
      this.store.get("current"),
      this.store.get("next"),
    ]);
    for (const kept of [next, current]) {
      if (kept) await this.takeBody(kept.digest, kept.text);
    }
    const text = current && this.bodies.get(current.digest);
    if (text) this.current = { digest: current.digest, manifest: parseManifest(text) };
    const order = parseAssignment(accepted);
    if (!accepted || !order) return;
    this.clock.raiseFloor(order.issued_at);
    this.follow(order, accepted);
  }

  /** @returns {import("./due.js").Situation} */
  situation() {
    const expiresAt = this.order?.expires_at || Number.POSITIVE_INFINITY;
    return {
      planAt: (atMs) => (this.next && atMs >= this.next.at ? this.next : this.current),
      switchAt: this.next?.at || Number.POSITIVE_INFINITY,
      takeover: this.takeover,
      expiresAt: this.clock.latest() >= expiresAt ? 0 : expiresAt,
      revoked: this.revoked,
      pause: this.order?.pause,
    };
  }

  version() {
    return this.order?.version ?? null;
  }

  /**
   * Verify a message and follow it if it is valid.
   * @param {unknown} message
   * @returns {Promise<{version: number | null, state: "accepted" | "refused", reason?: string}>} the acknowledgement
   */
  receive(message) {
    this.judged = this.judged.catch(() => null).then(() => this.judge(message));
    return this.judged;
  }

  /** @param {unknown} message */
  async judge(message) {
    const { screen, keys } = this.credential;
    const believer = { screen, pinned: keys, accepted: this.accepted, now: this.clock.latest() };
    const { order, text, reason } = await judgeAssignment(message, believer);
    const version = order?.version ?? this.version();
    if (reason) {
      this.incident(INCIDENTS.assignmentRefused, reason);
      return { version, state: /** @type {const} */ ("refused"), reason };
    }
    if (text !== this.accepted) await this.accept(order, text);
    return { version, state: /** @type {const} */ ("accepted") };
  }

  /** @param {Assignment} order @param {string} text */
  async accept(order, text) {
    if (order.keys) this.credential = { ...this.credential, keys: order.keys };
    // Not written without need: on a full disk what is rewritten may be gone.
    await this.keep({ accepted: text, ...(order.keys && { credential: this.credential }) });
    this.clock.raiseFloor(order.issued_at);
    this.follow(order, text);
  }

  /** @param {Assignment} order @param {string} text */
  follow(order, text) {
    this.accepted = text;
    this.order = order;
    this.revoked = new Set(order.revoked || []);
    this.media.mayLoad = () => mayLoad(order, this.clock.latest());
    if (this.takeover?.id !== order.takeover?.id) this.takeover = null;
    this.scope.end();
    this.scope = new Scope();
    const { scope } = this;
    if (order.takeover) this.bringTakeover(order.takeover, scope);
    if (order.manifest === this.current?.digest) {
      this.next = null;
      this.machine.move("next", "none");
    } else if (order.manifest !== this.next?.digest) this.startNext(order, scope);
    else this.appoint(this.next);
    this.changed();
  }

  /** @param {Takeover} takeover @param {Scope} scope */
  async bringTakeover(takeover, scope) {
    await this.media.ensure(takeover.asset, true);
    if (scope.ended) return;
    this.takeover = takeover;
    this.changed();
  }

  /** @param {Assignment} order @param {Scope} scope */
  async startNext(order, scope) {
    try {
      await this.bringNext(order, scope);
    } catch (error) {
      this.incident(codeOf(error), order.manifest); // a bad plan never replaces a good one
    }
  }

  /** @param {Assignment} order @param {Scope} scope */
  async bringNext(order, scope) {
    this.next = null;
    if (this.machine.states.next !== "none") this.machine.move("next", "none");
    this.machine.move("next", "fetching");
    const digest = order.manifest;
    const text = await this.manifestText(digest, scope);
    if (text === null) return;
    const manifest = parseManifest(text);
    this.wanted = manifest.assets;
    await this.media.sweep(this.needed());
    for (const asset of manifest.assets) {
      // A revoked file may be gone from the server; it isn't shown in any case.
      if (!this.revoked.has(asset.digest)) await this.media.ensure(asset);
      if (scope.ended) return;
    }
    await this.keep({ next: { digest, text } });
    if (scope.ended) return;
    this.machine.move("next", "ready");
    this.appoint({ digest, text, manifest, at: 0 });
    this.changed();
  }

  /**
   * Keep facts if there is room; without, the loop plays on from memory.
   * @param {Parameters<import("./store.js").Store["put"]>[0]} facts
   */
  async keep(facts) {
    try {
      await this.store.put(facts);
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      this.incident(INCIDENTS.storageFull, Object.keys(facts).join());
    }
  }

  /**
   * Fix the instant of the switch: the order's, or the slot boundary after it.
   * @param {NextPlan} next
   */
  appoint(next) {
    const at = Math.ceil(Math.max(this.order?.activate_at || 0, this.clock.now()));
    const showing = this.current && showingAt(this.current.manifest, at);
    const between = !showing || showing.held || showing.startMs === at;
    this.next = { ...next, at: between ? at : showing.endMs };
  }

  /**
   * The manifest's text, from a push, an earlier boot or the server; null if no longer wanted.
   * @param {string} digest
   * @param {Scope} scope
   */
  async manifestText(digest, scope) {
    if (!this.bodies.has(digest)) {
      await Promise.race([this.pushed.fired, scope.sleep(PUSH_FIRST_MS)]);
    }
    for (let tries = 0; !scope.ended; tries += 1) {
      const text = this.bodies.get(digest) || (await this.fetchManifest(digest));
      if (text !== null) return text;
      await scope.sleep(backOff(tries, MOST_WAIT_MS));
    }
    return null;
  }

  /** @param {string} digest */
  async fetchManifest(digest) {
    try {
      const response = await ask(`/manifests/${digest}`, undefined, {}, MANIFEST_MS);
      if (!response.ok) throw new PlayerError("http", "manifest", response.status);
      const text = await response.text();
      return (await this.takeBody(digest, text)) ? text : null;
    } catch {
      return null; // no network, a portal, a server that restarts: asked again
    }
  }

  /**
   * A manifest's bytes from anywhere: kept only if they are what they are called.
   * @param {unknown} digest
   * @param {unknown} text
   */
  async takeBody(digest, text) {
    const good = typeof text === "string" && (await sha256(text)) === digest;
    if (!good || typeof digest !== "string") {
      this.incident(INCIDENTS.manifestCorrupt, String(digest));
      return false;
    }
    const [oldest] = this.bodies.keys();
    if (this.bodies.size >= KEEP_BODIES) this.bodies.delete(oldest);
    this.bodies.set(digest, text);
    this.pushed.fire(null);
    this.pushed = signal();
    return true;
  }

  /** The clock stepped: what was fixed by the old one is fixed again. */
  reckonAgain() {
    if (this.next) this.appoint(this.next);
    this.amendSwitched().then(this.switched);
    this.changed();
  }

  /**
   * A switch by a guessed time that isn't reported yet came when the clock that is right now has it, as its
   * plays did. A small step leaves it, as it is a boundary between slots, unless the switch would be
   * still to come.
   */
  async amendSwitched() {
    const switched = await this.store.get("switched");
    const { clock, guess } = this;
    if (!guess || switched?.at !== guess.at) return;
    const at = Math.round(guess.mono + clock.offsetMs());
    if (Math.abs(at - guess.at) <= SURE_MS && clock.now() >= guess.at) return;
    guess.at = at;
    await this.keep({ switched: { ...switched, at } });
  }

  /**
   * Make a switch that is due lasting: on disk first, then reported.
   * @param {number} [now] server ms that the picture on the glass is for; a swap comes up to half a frame early
   */
  async settle(now = this.clock.now()) {
    const { next } = this;
    if (!next || now < next.at) return;
    this.current = next;
    this.next = null;
    this.machine.move("next", "switching");
    const version = this.version() || 0;
    const { digest, text, at } = next;
    const switched = { version, manifest: digest, at };
    this.guess = this.clock.note() ? null : { at, mono: this.clock.monoOf(at) };
    await this.keep({ current: { digest, text }, next: null, switched });
    if (this.machine.states.next === "switching") this.machine.move("next", "none");
    this.switched();
  }

  /** Digests that must stay in the cache. */
  needed() {
    const assets = [...this.wanted];
    for (const plan of [this.current, this.next]) assets.push(...(plan?.manifest.assets || []));
    for (const takeover of [this.takeover, this.order?.takeover]) {
      if (takeover) assets.push(takeover.asset);
    }
    return new Set(assets.map(({ digest }) => digest));
  }

  /** Have all of the plan on air here, whatever the browser threw away. */
  async mend() {
    for (const asset of this.current ? this.current.manifest.assets : []) {
      if (!this.revoked.has(asset.digest)) await this.media.ensure(asset);
    }
  }

  /** The picture that replaces a broken one of a plan, if there is any. @param {Plan | null} plan */
  standIn(plan) {
    return plan && fallbackOf(plan.manifest, this.revoked);
  }
}
