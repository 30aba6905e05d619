/** In charge of one bound screen: makes its running parts and ties their notices together. */
import { commandsOf } from "./commands.js";
import { Conductor } from "./conductor.js";
import { Connection } from "./connection.js";
import { Courier } from "./courier.js";
import { doorwayOf } from "./doorway.js";
import { INCIDENTS } from "./errors.js";
import { Plans } from "./plans.js";
import { PlayLog } from "./playlog.js";
import { SIGNING, toBase64Url } from "./protocol.js";
import { Report } from "./report.js";
import { mono, Scope } from "./scope.js";
import { Status } from "./status.js";
import { Timekeeper } from "./timekeeper.js";
import { Watchdog } from "./watchdog.js";

/** @typedef {import("./conductor.js").Picture} Picture */
/**
 * @typedef {object} Ground what is there before a screen is bound
 * @property {import("./stage.js").Stage} stage
 * @property {import("./machine.js").Machine} machine
 * @property {import("./store.js").Store} store
 * @property {import("./clock.js").Clock} clock
 * @property {import("./shell.js").Shell} shell
 * @property {import("./report.js").Incidents} incidents
 * @property {(code: string, detail?: string) => void} incident counts one
 * @property {string} boot
 * @property {string} version of the player
 */

const SWEEP_MS = 600e3;
const MEND_MS = 10000; // not while the first picture is being fetched from the same disk
const DOUBT_MS = /** @type {number} */ (/** @type {any} */ (globalThis).__DOUBT_MS__); // ten minutes
const UNKNOWN = new Set(["unauthorized", "revoked", "moved"]);

export class Session {
  /**
   * @param {Ground} ground
   * @param {import("./store.js").Credential} credential
   * @param {import("./cache.js").MediaCache} media
   * @param {(needed: boolean, byKey?: boolean) => void} rebind called when the server hasn't known this screen for
   * ten minutes, or has another one for this box, and whether its enrolment key may bring it back
   */
  constructor(ground, credential, media, rebind) {
    this.ground = ground;
    this.credential = credential;
    this.media = media;
    this.rebind = rebind;
    this.scope = new Scope();
    this.doubt = { since: 0, revoked: false };
    const { incident } = ground;
    const { screen } = credential;
    const parts = { ...ground, media, screen, credential };
    this.watchdog = new Watchdog(incident);
    this.log = new PlayLog({
      ...parts,
      giveWay: () => this.media.giveWay(this.plans.needed()),
      changed: () => this.courier.handInSoon(),
    });
    this.plans = new Plans({
      ...parts,
      changed: () => this.conductor.wake(),
      switched: () => this.sendSwitched(),
    });
    this.status = new Status(ground, screen, this.plans, this.watchdog);
    this.conductor = new Conductor({
      ...parts,
      log: this.log,
      watchdog: this.watchdog,
      plans: this.plans,
      entered: (picture) => this.entered(picture),
    });
    this.doorway = doorwayOf({ ...parts, plans: this.plans });
    this.connection = this.connect();
    const request = this.connection.request.bind(this.connection);
    this.courier = this.employ(request);
    this.timekeeper = new Timekeeper(
      ground,
      (t0) => request("clock", { t0 }),
      () => this.plans.reckonAgain(),
    );
    this.report = new Report({
      state: () => this.status.beat(),
      incidents: ground.incidents,
      send: (beat) => request("beat", beat).catch((error) => this.unanswered(error)),
      newest: (version) => this.compare(version),
      player: (player) => ground.shell.obey(player),
    });
  }

  /** @param {(name: import("./connection.js").Message, payload: object) => Promise<any>} request */
  employ(request) {
    return new Courier({
      ...this.ground,
      screen: this.credential.screen,
      written: () => this.log.written,
      send: (batch) => request("plays", batch),
      sign: (text) => this.sign(text),
      restored: () => this.switchedAgain(),
    });
  }

  connect() {
    const { ground, credential, plans, media, status, scope, doorway } = this;
    const command = commandsOf({ ...ground, media, plans, status, scope, doorway });
    return new Connection({
      token: credential.token,
      boot: ground.boot,
      player: ground.version,
      version: () => plans.version(),
      listeners: {
        assignment: (message) => plans.receive(message),
        manifest: (digest, body) => plans.takeBody(digest, body),
        command,
        link: (up) => this.linkChanged(up),
        refused: (code) => this.refused(code),
        welcome: () => this.welcome(),
      },
    });
  }

  /** Play what is here at once; everything that needs the network comes after. */
  async start() {
    const { machine } = this.ground;
    await this.log.begin();
    await this.plans.restore();
    await this.doorway.restore();
    machine.move("life", this.plans.current ? "verify" : "prepare");
    this.watchdog.start();
    this.conductor.run();
    this.connection.start();
    this.report.start();
    this.timekeeper.start();
    this.scope.every(1000, () => this.tick());
    this.scope.every(SWEEP_MS, () => this.sweep());
    this.scope.after(MEND_MS, () => this.plans.mend());
    this.comeOnline();
  }

  tick() {
    this.plans.settle();
    const { since, revoked } = this.doubt;
    // By its key a revoked box would only come back into what it was taken out of.
    if (since && mono() - since > DOUBT_MS) this.rebind(true, !revoked);
    const { stage, shell } = this.ground;
    stage.publish(this.status.facts());
    // On the built-in slide there is no boundary to wait for: the next page begins with it.
    if (this.status.picture?.item.kind === "builtin" && shell.isUpdateWaiting()) shell.reload();
  }

  /** @param {boolean} up */
  linkChanged(up) {
    this.ground.machine.move("link", up ? "up" : "down");
    if (up) this.comeOnline();
  }

  /** All that waited for the network. */
  async comeOnline() {
    this.media.retryNow();
    await this.timekeeper.compare();
    this.report.beat();
    this.sendSwitched();
    this.courier.handInSoon(0);
    this.doorway.refresh();
  }

  /** Once per manifest, until the server has it; not by a clock that was never compared. */
  async sendSwitched() {
    const { clock, store } = this.ground;
    if (!clock.isSynced()) return; // all that waits is reported once it was
    const switched = await store.get("switched");
    if (!switched) return;
    try {
      await this.connection.request("switched", switched);
    } catch {
      return; // reported again when the link is back, or by the next sweep
    }
    const now = await store.get("switched");
    if (now && now.manifest === switched.manifest) {
      await store.put({ switched: null, onAirSince: switched });
    }
  }

  /** A server that was restored from a backup has forgotten this too. */
  async switchedAgain() {
    const { store } = this.ground;
    const switched = await store.get("onAirSince");
    if (!switched || (await store.get("switched"))) return;
    await store.put({ switched });
    await this.sendSwitched();
  }

  /** By the screen's own key, if this browser still has it. @param {string} text */
  async sign(text) {
    const key = await this.ground.store.get("ownKey");
    if (!key) return null;
    const bytes = new TextEncoder().encode(text);
    return toBase64Url(await crypto.subtle.sign(SIGNING, key.privateKey, bytes));
  }

  sweep() {
    this.sendSwitched();
    return this.media.sweep(this.plans.needed());
  }

  /** @param {number} newest a push was lost if the server has a newer one */
  async compare(newest) {
    const isBehind = () => newest > (this.plans.version() ?? -1);
    if (!isBehind()) return;
    await this.connection.fetchAssignment().catch(() => {});
    if (isBehind()) this.ground.incident(INCIDENTS.assignmentRefused, "withheld");
  }

  /** A socket that is up and doesn't answer: something on the way may keep orders back. @param {unknown} error */
  unanswered(error) {
    if (this.connection.isUp()) this.connection.fetchAssignment().catch(() => {});
    throw error;
  }

  /** @param {string} code a word of the network: the loop goes on and nothing is erased, no matter who sends it */
  refused(code) {
    const since = this.doubt.since || mono();
    if (UNKNOWN.has(code)) this.doubt = { since, revoked: code === "revoked" };
    if (code === "moved") this.rebind(true, true);
    this.ground.machine.move("link", "stale");
  }

  welcome() {
    this.doubt = { since: 0, revoked: false };
    this.rebind(false);
  }

  /** @param {Picture} picture */
  entered(picture) {
    const { machine, stage, shell, incidents } = this.ground;
    this.status.picture = picture;
    this.doorway.show(picture.item.key);
    incidents.note(picture.item.key);
    machine.move("life", picture.asset || picture.item.kind === "off" ? "play" : "prepare");
    stage.publish(this.status.facts());
    if (machine.states.life === "play") shell.isWell();
    const { asset } = picture;
    if (!asset || !shell.isHere()) return;
    const safe = asset.kind === "image";
    if (shell.isUpdateWaiting(safe) || (safe && this.watchdog.isTired())) shell.reload();
  }
}
