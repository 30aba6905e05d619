/** In charge of showing what is due: prepare ahead, swap at the boundary, give up what fails, write it down. */
import { causeOfJoin } from "./batches.js";
import { dueAt } from "./due.js";
import { codeOf, INCIDENTS } from "./errors.js";
import { recordsOf } from "./playlog.js";
import { mono, Scope, signal } from "./scope.js";
import { flawOf } from "./watchdog.js";

/** @typedef {import("./due.js").Item} Item */
/** @typedef {import("./protocol.js").Asset} Asset */
/** @typedef {{item: Item, asset: Asset | null, error: string | null, keep: boolean}} Picture what to put on */

const AHEAD_MS = 10000;
const GIVE_UP_MS = 3000;
const AFTER_MS = 10; // once it has risen the page follows and starts a video: before, the glass would wait for both
const GLASS_MS = 16; // so much earlier a picture is to rise: half a frame, and its way to the glass
const WARM_MS = 250;
const NO_RETURN_MS = 50; // to be cancelled a rise takes the browser some frames
const JOIN_MS = 400; // a video joined late is sought to this much later, then started then
const NEXT_MS = 800; // what follows is loaded once the former picture is covered: 150 ms, and then its own time
const CHECK_MS = 1000;
const WOKEN = Symbol("woken");

/** @param {Item} item */
const isClip = ({ asset }) => asset?.kind === "video";

export class Conductor {
  /**
   * @param {object} parts
   * @param {import("./stage.js").Stage} parts.stage
   * @param {import("./clock.js").Clock} parts.clock
   * @param {import("./cache.js").MediaCache} parts.media
   * @param {import("./playlog.js").PlayLog} parts.log
   * @param {import("./watchdog.js").Watchdog} parts.watchdog
   * @param {import("./plans.js").Plans} parts.plans
   * @param {(code: string, detail: string) => void} parts.incident
   * @param {(picture: Picture) => void} parts.entered called within the frame of the change
   */
  constructor({ stage, clock, media, log, watchdog, plans, incident, entered }) {
    this.stage = stage;
    this.clock = clock;
    this.media = media;
    this.log = log;
    this.watchdog = watchdog;
    this.plans = plans;
    this.incident = incident;
    this.entered = entered;
    this.scope = new Scope();
    this.alarm = signal();
    this.woken = false;
    this.rouse = () => {};
    /** @type {Picture | null} */
    this.on = null;
    this.broken = false;
    this.horizon = 0;
    this.startMono = 0;
    this.reading = watchdog.read(stage);
    this.endPlay = () => {};
  }

  /** Something changed: ask again what is due. */
  wake() {
    this.woken = true;
    this.alarm.fire(WOKEN);
    this.rouse();
  }

  /** Show what is due until the end of the page. */
  async run() {
    this.scope.every(250, () => this.steer());
    this.scope.every(5000, () => this.log.checkpoint(this.shownMs()));
    while (!this.scope.ended) {
      try {
        await this.step();
      } catch (error) {
        this.incident(INCIDENTS.stalled, codeOf(error));
        await this.scope.sleep(CHECK_MS);
      }
    }
  }

  async step() {
    this.woken = false;
    this.alarm = signal();
    const now = this.clock.now();
    // A swap comes up to half a frame early: what was entered for an instant isn't undone before it.
    const at = this.horizon - now < CHECK_MS ? Math.max(now, this.horizon) : now;
    const item = dueAt(this.plans.situation(), at);
    const { on } = this;
    if (on?.item.key !== item.key) return this.bring(item, null);
    const { untilMs } = item;
    if (this.broken && untilMs - at > CHECK_MS) return this.replace(item, on);
    if (untilMs - AHEAD_MS > at) await this.until(untilMs - AHEAD_MS);
    else await this.bring(dueAt(this.plans.situation(), untilMs), untilMs);
  }

  /**
   * Prepare a picture and put it on at its instant; null: as soon as it is ready.
   * @param {Item} item
   * @param {number | null} atMs
   * @returns {Promise<void>}
   */
  async bring(item, atMs) {
    const target = atMs || this.clock.now() + (isClip(item) ? JOIN_MS : 0);
    if (this.isAtItsEnd(item, target)) return this.pass(item);
    const picture = await this.ready(item, target);
    if (!picture) return;
    // Found too late now, so the next step passes it. Only what is joined: a slow machine would show nothing.
    if (!atMs && picture.asset === item.asset && this.isAtItsEnd(item, this.clock.now())) return;
    if (!(await this.until(target - WARM_MS))) return;
    const fresh = !picture.keep && picture.asset;
    if (!(await (fresh ? this.risen(target) : this.until(target - GLASS_MS)))) return;
    this.horizon = atMs || 0;
    this.enter(picture);
  }

  /**
   * Whether what came on in the middle would leave no time to have ready what follows. An image ends
   * what is shown, so it comes at any time, but where nothing is shown yet.
   * @param {Item} item
   * @param {number} atMs server time
   */
  isAtItsEnd(item, atMs) {
    const joined = !item.error && !item.loop && item.startMs < atMs;
    const mayWait = isClip(item) || !this.on?.asset;
    return joined && mayWait && item.untilMs - atMs < NEXT_MS && !this.keeps(item);
  }

  /**
   * What is shown is held for the rest of an item, and nothing of that is written down: none of it was shown.
   * @param {Item} item
   */
  pass(item) {
    const situation = this.plans.situation();
    const current = this.on?.asset;
    if (current && situation.revoked.has(current.digest)) {
      this.enter({ item: { ...item, asset: null }, asset: null, error: "revoked", keep: false });
    }
    return this.bring(dueAt(situation, item.untilMs), item.untilMs);
  }

  /**
   * Have what was prepared rise to the glass at its instant.
   * @param {number} target
   * @returns {Promise<boolean>} false when woken before
   */
  async risen(target) {
    const { back } = this.stage;
    const atMono = this.clock.monoOf(target) - GLASS_MS;
    back.warm(atMono);
    if (!(await this.until(target - GLASS_MS)) && atMono - mono() > NO_RETURN_MS) {
      back.cool();
      return false;
    }
    // It will be on the glass, so a wake-up waits until the page has followed.
    await this.scope.sleep(atMono - mono() + GLASS_MS + AFTER_MS);
    return true;
  }

  /**
   * The item's own picture, or its substitute; null when woken meanwhile.
   * @param {Item} item
   * @param {number} atMs
   * @returns {Promise<Picture | null>}
   */
  async ready(item, atMs) {
    const { asset, error } = item;
    const picture = { item, asset, error, keep: !error && this.keeps(item) };
    if (!asset || picture.keep) return picture;
    const outcome = error || (await this.load(item.key, asset, item, atMs));
    if (outcome === WOKEN || this.woken) return null;
    return outcome === null ? picture : this.standIn(item, outcome);
  }

  /**
   * @param {string} key
   * @param {Asset} asset
   * @param {Item} item whose time it follows
   * @param {number} atMs when it is to be shown
   * @returns {Promise<string | null | typeof WOKEN>} a word for what went wrong
   */
  async load(key, asset, item, atMs) {
    const loading = this.loadVerified(key, asset, item, atMs - item.startMs);
    const wait = this.clock.monoOf(atMs + GIVE_UP_MS) - mono();
    const late = this.scope.sleep(Math.max(GIVE_UP_MS, wait));
    const outcome = await Promise.race([loading, this.alarm.fired, late]);
    if (outcome !== undefined) return outcome;
    this.incident(INCIDENTS.assetFailed, `${asset.digest} late`);
    return INCIDENTS.assetFailed;
  }

  /**
   * @param {string} key
   * @param {Asset} asset
   * @param {Item} item
   * @param {number} offsetMs
   * @returns {Promise<string | null>}
   */
  async loadVerified(key, asset, { loop, plan }, offsetMs) {
    const { digest, kind } = asset;
    try {
      if (!(await this.media.verify(asset))) return this.fetchAgain(asset);
      const sound = Boolean(plan?.manifest.sound);
      const url = await this.media.address(asset);
      await this.stage.prepare({ key, url, kind, loop, sound, offsetMs });
      return null;
    } catch (error) {
      const code = codeOf(error);
      if (code === "superseded") return code;
      // The worker may have found it spoilt, or the browser can't show it although it is whole.
      this.media.doubt(digest);
      if (!(await this.media.verify(asset).catch(() => true))) return this.fetchAgain(asset);
      this.incident(INCIDENTS.assetFailed, digest);
      return code;
    }
  }

  /** For the next time: this slot is given up. @param {Asset} asset */
  fetchAgain(asset) {
    this.incident(INCIDENTS.assetCorrupt, asset.digest);
    this.media.ensure(asset);
    return INCIDENTS.assetCorrupt;
  }

  /**
   * Another whole picture until the item's end: the fallback, else the built-in slide.
   * @param {Item} item
   * @param {string} error
   * @returns {Promise<Picture | null>}
   */
  async standIn(item, error) {
    const asset = this.plans.standIn(item.plan);
    const picture = { item, asset: null, error, keep: false };
    if (!asset || !item.asset || asset.digest === item.asset.digest) return picture;
    const startMs = this.clock.now();
    const rest = { ...item, loop: true, startMs };
    const outcome = await this.load(`stand-in:${item.key}`, asset, rest, startMs);
    if (outcome === WOKEN) return null;
    return outcome === null ? { ...picture, asset } : picture;
  }

  /**
   * True if what is on the glass is already the item's picture, and need not begin again.
   * @param {Item} item
   */
  keeps({ asset, kind, loop }) {
    const { on } = this;
    if (this.broken || !asset || !on || !on.asset || on.asset.digest !== asset.digest) return false;
    const continues = loop && on.item.loop && on.item.kind === kind;
    return asset.kind === "image" || continues || kind === "held";
  }

  /** @param {Picture} picture */
  enter(picture) {
    const { item, asset, keep } = picture;
    const now = this.clock.now();
    const goesOn = keep && this.on && this.on.item.key === item.key; // only the plan behind it is another
    const ending = this.ending();
    if (!asset) this.stage.blank(item.kind === "off");
    else if (!keep) this.stage.swap();
    this.on = picture;
    if (!goesOn) this.writeDown(picture, ending, now);
    this.plans.settle(Math.max(now, this.horizon));
    this.entered(picture);
    if (asset && !keep) this.stage.onFailure(() => this.fail());
  }

  /** @param {Picture} picture @param {import("./playlog.js").Ending | null} ending @param {number} now */
  writeDown({ item, asset, error }, ending, now) {
    this.broken = false;
    this.startMono = mono();
    this.reading = this.watchdog.read(this.stage);
    const cause = causeOfJoin(now - item.startMs);
    this.log.turn(ending, recordsOf(item, asset, error, now, cause), this.startMono);
    this.endPlay();
    const rest = this.clock.monoOf(item.endMs) - mono();
    if (rest < 2 ** 31) this.endPlay = this.scope.after(rest + 100, () => this.close());
  }

  shownMs() {
    if (!this.on) return 0;
    return Math.min(mono(), this.clock.monoOf(this.on.item.endMs)) - this.startMono;
  }

  /** @returns {import("./playlog.js").Ending | null} how the open play ended */
  ending() {
    if (!this.log.open) return null;
    const shownMs = this.shownMs();
    return { shownMs, error: flawOf(this.reading, this.watchdog.read(this.stage), shownMs) };
  }

  /** The play is over although its picture is still shown. */
  close() {
    this.log.turn(this.ending(), [], mono());
  }

  /** The picture broke while it was on. */
  fail() {
    const { on } = this;
    if (!on?.asset || this.broken) return;
    this.incident(INCIDENTS.assetFailed, on.asset.digest);
    this.media.doubt(on.asset.digest);
    this.log.turn({ shownMs: this.shownMs(), error: INCIDENTS.assetFailed }, [], mono());
    this.broken = true;
    this.wake();
  }

  /**
   * Something whole is shown for the rest of an item whose picture broke.
   * @param {Item} item
   * @param {Picture} broken
   */
  async replace(item, broken) {
    const other = await this.standIn({ ...item, asset: broken.asset }, INCIDENTS.assetFailed);
    if (!other) return;
    const { asset } = other;
    const rest = { ...item, kind: /** @type {const} */ ("fallback"), asset };
    this.enter({ ...other, item: { ...rest, startMs: this.clock.now() }, error: null });
  }

  steer() {
    if (this.on?.asset) this.stage.steer(this.clock.now() - this.on.item.startMs);
  }

  /**
   * Wait for an instant of server time.
   * @param {number} atMs
   * @returns {Promise<boolean>} false when woken before
   */
  async until(atMs) {
    while (!this.woken) {
      const left = this.clock.monoOf(atMs) - mono();
      if (left <= 0) return true;
      await new Promise((resolve) => {
        this.rouse = /** @type {() => void} */ (resolve);
        // Timers have whole milliseconds: one more, lest it be asked again and again within the last.
        this.scope.after(Math.min(left + 1, CHECK_MS), this.rouse);
      });
    }
    return false;
  }
}
