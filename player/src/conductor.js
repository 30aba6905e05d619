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
const GLASS_MS = 16; // so much earlier a picture is told to rise: half a frame, and its way to the glass
const WARM_MS = 250;
const JOIN_MS = 400; // a video joined late is sought to this much later, then started then
const CHECK_MS = 1000;
const WOKEN = Symbol("woken");
const LATE = Symbol("late");

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
   * @param {(picture: Picture) => void} parts.entered told within the frame of the change
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
    /** @type {Picture | null} */
    this.on = null;
    this.horizon = 0;
    this.startMono = 0;
    this.reading = watchdog.read(stage);
    this.endPlay = () => {};
  }

  /** Something changed: ask anew what is due. */
  wake() {
    this.woken = true;
    this.alarm.fire(WOKEN);
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
    if (this.on?.item.key !== item.key) return this.bring(item, null);
    const { untilMs } = item;
    if (untilMs - AHEAD_MS > at) await this.until(untilMs - AHEAD_MS);
    else await this.bring(dueAt(this.plans.situation(), untilMs), untilMs);
  }

  /**
   * Prepare a picture and put it on at its instant; null: as soon as it is ready.
   * @param {Item} item
   * @param {number | null} atMs
   */
  async bring(item, atMs) {
    const joinMs = item.asset?.kind === "video" ? JOIN_MS : 0;
    const target = atMs ?? this.clock.now() + joinMs;
    const picture = await this.ready(item, target);
    if (!picture) return;
    if (!(await this.until(target - WARM_MS))) return;
    const fresh = !picture.keep && picture.asset;
    if (!(await (fresh ? this.risen(target) : this.until(target - GLASS_MS)))) return;
    this.horizon = atMs ?? 0;
    this.enter(picture);
  }

  /**
   * Have what was prepared rise to the glass at its instant.
   * @param {number} target
   * @returns {Promise<boolean>} false when woken before
   */
  async risen(target) {
    const { back } = this.stage;
    back.warm(this.clock.monoOf(target) - GLASS_MS);
    const rises = await this.until(target - GLASS_MS);
    // From here on it may be on the glass, so whoever wakes us waits until the page has followed.
    if (rises) await this.scope.sleep(GLASS_MS + AFTER_MS);
    else back.cool();
    return rises;
  }

  /**
   * The item's own picture, or what stands in for it; null when woken meanwhile.
   * @param {Item} item
   * @param {number} atMs
   * @returns {Promise<Picture | null>}
   */
  async ready(item, atMs) {
    const { asset, error } = item;
    if (!asset) return { item, asset, error, keep: false };
    if (error) return this.standIn(item, error);
    if (this.keeps(item)) return { item, asset, error, keep: true };
    const outcome = await this.load(item.key, asset, item, atMs);
    if (outcome === WOKEN || this.woken) return null;
    if (outcome === null) return { item, asset, error, keep: false };
    return this.standIn(item, outcome);
  }

  /**
   * @param {string} key
   * @param {Asset} asset
   * @param {Item} item whose time it follows
   * @param {number} atMs when it is to be shown
   * @returns {Promise<string | null | typeof WOKEN>} a word for what went wrong
   */
  async load(key, asset, item, atMs) {
    const alarm = this.alarm.fired;
    const loading = this.loadVerified(key, asset, atMs - item.startMs, item.loop);
    const outcome = await Promise.race([loading, alarm, this.tooLate(atMs + GIVE_UP_MS)]);
    if (outcome !== LATE) return outcome;
    this.incident(INCIDENTS.assetFailed, `${asset.digest} late`);
    return INCIDENTS.assetFailed;
  }

  /** @param {number} atMs */
  async tooLate(atMs) {
    const wait = this.clock.monoOf(atMs) - mono();
    await this.scope.sleep(Math.max(GIVE_UP_MS, wait));
    return LATE;
  }

  /**
   * @param {string} key
   * @param {Asset} asset
   * @param {number} offsetMs
   * @param {boolean} loop
   * @returns {Promise<string | null>}
   */
  async loadVerified(key, asset, offsetMs, loop) {
    const { digest, kind } = asset;
    try {
      if (!(await this.media.verify(asset))) return this.fetchAgain(asset);
      const sound = this.plans.hasSound();
      const url = await this.media.address(asset);
      await this.stage.prepare({ key, url, kind, loop, sound, offsetMs });
      return null;
    } catch (error) {
      const code = codeOf(error);
      if (code === "superseded") return code;
      // The worker may have found it spoilt, or the browser can't show it although it is whole.
      this.media.doubt(digest);
      if (!(await this.media.verify(asset))) return this.fetchAgain(asset);
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
    const asset = this.plans.standIn();
    if (asset && asset.digest !== item.asset?.digest) {
      const now = this.clock.now();
      const outcome = await this.load(
        `stand-in:${item.key}`,
        asset,
        { ...item, loop: true, startMs: now },
        now,
      );
      if (outcome === WOKEN) return null;
      if (outcome === null) return { item, asset, error, keep: false };
    }
    return { item, asset: null, error, keep: false };
  }

  /**
   * True if what is on the glass is already the item's picture, and need not begin anew.
   * @param {Item} item
   */
  keeps(item) {
    const { on } = this;
    if (!on?.asset || on.asset.digest !== item.asset?.digest) return false;
    const continues = item.loop && on.item.loop && on.item.kind === item.kind;
    return on.asset.kind === "image" || continues || item.kind === "held";
  }

  /** @param {Picture} picture */
  enter(picture) {
    const { item, asset, error, keep } = picture;
    const ending = this.ending();
    const now = this.clock.now();
    if (!asset) this.stage.blank(item.kind === "off");
    else if (!keep) {
      this.stage.swap();
      this.stage.onFailure(() => this.fail(picture));
    }
    this.on = picture;
    this.startMono = mono();
    this.reading = this.watchdog.read(this.stage);
    const cause = causeOfJoin(now - item.startMs);
    this.log.turn(ending, recordsOf(item, asset, error, now, cause), this.startMono);
    this.endPlay();
    const rest = this.clock.monoOf(item.endMs) - mono();
    if (rest < 2 ** 31) this.endPlay = this.scope.after(rest + 100, () => this.close());
    this.plans.settle(Math.max(now, this.horizon));
    this.entered(picture);
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

  /** The play is over although its picture still stands. */
  close() {
    this.log.turn(this.ending(), [], mono());
  }

  /**
   * The picture broke while it was on.
   * @param {Picture} picture
   */
  async fail({ item, asset }) {
    if (this.on?.item !== item || !asset) return;
    this.incident(INCIDENTS.assetFailed, asset.digest);
    this.media.doubt(asset.digest);
    this.log.turn({ shownMs: this.shownMs(), error: "asset_failed" }, [], mono());
    const other = await this.standIn(item, "asset_failed");
    if (!other || this.on?.item !== item) return;
    const startMs = this.clock.now();
    const rest = { ...item, kind: /** @type {const} */ ("fallback"), asset: other.asset, startMs };
    this.enter({ item: rest, asset: other.asset, error: null, keep: false });
    this.wake();
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
    const alarm = this.alarm.fired;
    while (!this.woken) {
      const left = this.clock.monoOf(atMs) - mono();
      if (left <= 0) return true;
      // Timers know whole milliseconds: one more, lest it be asked again and again within the last.
      await Promise.race([this.scope.sleep(Math.min(left + 1, CHECK_MS)), alarm]);
    }
    return false;
  }
}
