/** In charge of one bound screen's running parts: makes them, ties their notices together, keeps them going. */
import { MediaCache } from "./cache.js";
import { commandsOf } from "./commands.js";
import { Conductor } from "./conductor.js";
import { Connection } from "./connection.js";
import { Courier } from "./courier.js";
import { codeOf, INCIDENTS, PlayerError } from "./errors.js";
import { Plans } from "./plans.js";
import { PlayLog } from "./playlog.js";
import { PROTOCOL, SIGNING, toBase64Url } from "./protocol.js";
import { browserName, Report, storageFigures } from "./report.js";
import { backOff, jittered, mono, Scope } from "./scope.js";
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
 * @property {string} boot
 * @property {string} version of the player
 * @property {CryptoKeyPair | null} ownKey
 */

const HAND_IN_MS = 5000;
const MOST_WAIT_MS = 60000;
const SYNC_MS = 60000;
const SYNC_AT_ONCE = 6;
const SYNC_GAP_MS = 200;
const FINE_MS = 50;
const SWEEP_MS = 600e3;
const DOUBT_MS = 600e3;
const UNKNOWN = new Set(["unauthorized", "revoked"]);

export class Session {
  /**
   * @param {Ground} ground
   * @param {import("./store.js").Credential} credential
   * @param {(needed: boolean) => void} rebind told when the server hasn't known this screen for ten minutes
   */
  constructor(ground, credential, rebind) {
    this.ground = ground;
    this.rebind = rebind;
    this.scope = new Scope();
    this.refusedAt = 0;
    this.failures = 0;
    this.handingIn = false;
    /** @type {Picture | null} */
    this.picture = null;
    const { stage, machine, store, clock, boot, incidents } = ground;
    const incident = incidents.add.bind(incidents);
    const { token, screen } = credential;
    this.watchdog = new Watchdog(incident);
    this.log = new PlayLog({
      store,
      clock,
      boot,
      screen,
      incident,
      changed: () => this.handInSoon(HAND_IN_MS),
    });
    this.incident = incident;
    this.screen = screen;
    this.token = token;
    this.credential = credential;
    this.stage = stage;
    this.machine = machine;
    this.clock = clock;
  }

  /** Start playing what is here, then everything that needs the network. */
  async start() {
    const { store, boot } = this.ground;
    const cache = await MediaCache.open();
    const { incident, clock, machine, stage, log, watchdog, credential } = this;
    this.media = new MediaCache({ cache, token: () => this.token, incident });
    this.plans = new Plans({
      store,
      credential,
      clock,
      media: this.media,
      machine,
      incident,
      changed: () => this.conductor?.wake(),
      switched: () => this.sendSwitched(),
    });
    await Promise.all([log.begin(), this.plans.restore()]);
    machine.move("life", this.plans.current ? "verify" : "prepare");
    watchdog.start();
    this.conductor = new Conductor({
      stage,
      clock,
      media: this.media,
      log,
      watchdog,
      plans: this.plans,
      incident,
      entered: (picture) => this.entered(picture),
    });
    this.conductor.run();
    this.courier = new Courier({
      store,
      screen: this.screen,
      boot,
      send: (payload) => this.link().say("plays", payload),
      sign: (text) => this.sign(text),
      incident,
    });
    this.connect();
    this.keepTime();
  }

  /** The link; there is none only before `start`. */
  link() {
    if (!this.connection) throw new PlayerError("no_network");
    return this.connection;
  }

  connect() {
    const { boot, version, store, incidents, shell } = this.ground;
    const { plans, media, stage, clock, scope } = this;
    if (!plans || !media) return;
    const command = commandsOf({
      stage,
      scope,
      store,
      media,
      plans,
      clock,
      shell,
      slot: () => this.picture?.item.key ?? "",
      diary: () => this.diary(),
      screen: () => this.screen,
    });
    this.connection = new Connection({
      token: this.token,
      boot,
      player: version,
      version: () => plans.version(),
      listeners: {
        assignment: (message) => plans.receive(message).finally(() => this.tell()),
        manifest: (digest, body) => plans.takeBody(digest, body),
        command,
        link: (up) => this.linkChanged(up),
        refused: (code) => this.refused(code),
        welcome: () => this.welcome(),
      },
    });
    this.report = new Report({
      state: () => this.beat(),
      incidents,
      send: (beat) => this.link().say("beat", beat),
      newest: (newest) => this.compare(newest),
    });
    this.connection.start();
    this.report.start();
  }

  keepTime() {
    this.scope.every(SYNC_MS, () => this.sync(1));
    this.scope.every(1000, () => this.tick());
    this.scope.every(SWEEP_MS, () => this.sweep());
    this.scope.after(1000, () => this.comeOnline());
  }

  tick() {
    if (this.clock.noticeJump()) {
      this.incident(INCIDENTS.clockJump);
      this.sync(SYNC_AT_ONCE);
    }
    this.plans?.settle();
    if (this.refusedAt && mono() - this.refusedAt > DOUBT_MS) this.rebind(true);
    this.tell();
  }

  /** @param {boolean} up */
  linkChanged(up) {
    this.machine.move("link", up ? "up" : "down");
    if (up) this.comeOnline();
  }

  /** All that waited for the network. */
  async comeOnline() {
    this.media?.retryNow();
    await this.sync(SYNC_AT_ONCE);
    this.report?.beat();
    this.sendSwitched();
    this.handInSoon(0);
  }

  /** @param {number} times exchanges, a little apart */
  async sync(times) {
    const { clock } = this;
    for (let done = 0; done < times; done += 1) {
      if (done) await this.scope.sleep(SYNC_GAP_MS);
      const t0 = mono();
      const answer = await this.link()
        .say("clock", { t0 })
        .catch(() => null);
      const stepped = answer && clock.sample(t0, answer.t1, mono());
      if (stepped) this.plans?.reckonAgain();
      if (!answer) break;
    }
    const note = clock.note();
    const fine = note !== null && note.uncertainty_ms < FINE_MS;
    if (clock.isSynced()) this.machine.move("sync", fine ? "fine" : "coarse");
    const kept = clock.toKeep();
    if (kept) this.ground.store.put({ clock: kept }).catch(() => null);
  }

  /** @param {number} ms */
  handInSoon(ms) {
    if (this.handingIn) return;
    this.handingIn = true;
    this.scope.after(jittered(ms), () => this.handIn());
  }

  async handIn() {
    try {
      await this.log.written;
      await this.courier?.handIn();
      this.failures = 0;
      this.handingIn = false;
    } catch (error) {
      const asked = error instanceof PlayerError ? error.retryAfterMs : 0;
      this.handingIn = false;
      this.handInSoon(asked || backOff(this.failures, MOST_WAIT_MS));
      this.failures += 1;
    }
  }

  /** Once per manifest, until the server has it. */
  async sendSwitched() {
    const { store } = this.ground;
    const switched = await store.get("switched");
    if (!switched) return;
    try {
      await this.link().say("switched", switched);
    } catch {
      return; // told again when the link is back, or by the next sweep
    }
    const now = await store.get("switched");
    if (now?.manifest === switched.manifest) await store.put({ switched: null });
  }

  /** @param {string} text */
  async sign(text) {
    const key = this.ground.ownKey?.privateKey;
    if (!key) return null;
    return toBase64Url(await crypto.subtle.sign(SIGNING, key, new TextEncoder().encode(text)));
  }

  sweep() {
    this.sendSwitched();
    const { plans, media } = this;
    if (plans && this.machine.states.next === "none") return media?.sweep(plans.needed());
    return undefined;
  }

  /** @param {number} newest a push was lost if the server has a newer one */
  compare(newest) {
    if (newest > (this.plans?.version() ?? -1)) {
      this.connection?.fetchAssignment().catch(() => null);
    }
  }

  /** @param {string} code */
  refused(code) {
    if (UNKNOWN.has(code)) this.refusedAt ||= mono();
    this.machine.move("link", this.machine.states.link === "up" ? "stale" : "down");
    this.stage.tell({ refused: code });
  }

  welcome() {
    if (!this.refusedAt) return;
    this.refusedAt = 0;
    this.rebind(false);
    this.stage.tell({ refused: "" });
  }

  /** @param {Picture} picture */
  entered(picture) {
    this.picture = picture;
    this.machine.move("life", picture.asset || picture.item.kind === "off" ? "play" : "prepare");
    this.tell();
    const { shell } = this.ground;
    const safe = picture.asset?.kind === "image" && shell.isHere();
    if (safe && (shell.isUpdateWaiting() || this.watchdog.isTired())) shell.reload();
  }

  /** Facts for tests and cameras, within the frame in which they became true. */
  tell() {
    this.stage.tell({
      screen: this.screen,
      state: this.stateWord(),
      asset: this.picture?.asset?.digest ?? "",
      manifest: this.plans?.current?.digest ?? "",
      version: String(this.plans?.version() ?? ""),
      link: this.machine.states.link,
      sync: this.machine.states.sync,
      next: this.machine.states.next,
    });
  }

  /** The beat's word for what is on. */
  stateWord() {
    const { picture } = this;
    if (this.watchdog.stalled) return "stalled";
    if (!picture) return "preparing";
    const { kind } = picture.item;
    if (kind === "off") return "off_hours";
    if (kind === "builtin") return picture.item.plan ? "fallback" : "preparing";
    if (picture.error || kind === "fallback") return "fallback";
    return kind === "takeover" ? "takeover" : "playing";
  }

  async beat() {
    const { picture, ground, clock, plans } = this;
    const note = clock.note();
    return {
      boot: ground.boot,
      at_mono_ms: Math.round(mono()),
      version: plans?.version() ?? null,
      on_air: picture?.asset ? onAir(picture) : null,
      state: this.stateWord(),
      visible: !document.hidden,
      clock: note,
      backlog: await ground.store.countPlays(),
      storage: await storageFigures(),
      secure: isSecureContext,
      player: ground.version,
      browser: browserName(),
      size: screenSize(),
    };
  }

  diary() {
    const { states } = this.machine;
    const incidents = this.ground.incidents.copy();
    return { states, incidents, protocol: PROTOCOL, error: codeOf(null), clock: this.clock.note() };
  }
}

/** @param {Picture} picture */
function onAir({ item, asset, error }) {
  const own = item.kind === "slot" && !error;
  const [segment, cycle, slot] = own || item.kind === "held" ? item.place : [-1, -1, -1];
  const manifest = segment < 0 ? null : item.plan?.digest;
  return { manifest, segment, cycle, slot, asset: asset?.digest };
}

/** The stage in device pixels. */
export const screenSize = () => ({
  width: Math.round(innerWidth * devicePixelRatio),
  height: Math.round(innerHeight * devicePixelRatio),
});
