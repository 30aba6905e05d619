/** In charge of showing what is due by the preview's clock, with the player's own stage and seat; it records nothing. */
import { dueAt } from "../src/due.js";
import { codeOf } from "../src/errors.js";
import { noticePanel } from "../src/panels.js";
import { Scope, signal } from "../src/scope.js";
import { segmentAt } from "../src/seat.js";

/** @typedef {import("../src/due.js").Item} Item */
/** @typedef {import("../src/due.js").Plan} Plan */
/**
 * @typedef {object} Moment what the server answers for an instant
 * @property {Plan | null} plan null before the first one
 * @property {import("../src/protocol.js").Takeover | null} takeover
 * @property {string | null} title what people call the picture
 */

const LONGEST_WAIT_MS = 1000;
const AGAIN_MS = 3000;
const FASTEST_VIDEO = 16;
const NEVER = Number.POSITIVE_INFINITY;

export class Projector {
  /**
   * @param {object} parts
   * @param {import("../src/stage.js").Stage} parts.stage
   * @param {import("./clock.js").PreviewClock} parts.clock
   * @param {(atMs: number) => Promise<Moment>} parts.ask
   * @param {(facts: Record<string, unknown>) => void} parts.publish to the page that frames the preview
   */
  constructor({ stage, clock, ask, publish }) {
    this.stage = stage;
    this.clock = clock;
    this.ask = ask;
    this.publish = publish;
    this.scope = new Scope();
    this.alarm = signal();
    /** @type {Item | null} */
    this.item = null;
    /** @type {Moment | null} */
    this.moment = null;
    this.on = "";
    this.tries = 0;
  }

  /** Show what is due until the page ends. */
  async run() {
    this.scope.every(250, () => this.keepInStep());
    while (!this.scope.ended) {
      this.alarm = signal();
      const { fired } = this.alarm;
      try {
        await this.step();
      } catch (error) {
        this.report("unreachable", { error: codeOf(error) });
        await Promise.race([this.scope.sleep(AGAIN_MS), fired]);
      }
    }
  }

  async step() {
    const { fired } = this.alarm;
    const at = this.clock.now();
    const moment = await this.ask(at);
    this.moment = moment;
    if (!moment.plan) return this.withoutPlan(fired);
    const item = dueAt(situationOf(moment), at);
    this.item = item;
    if (item.key !== this.on) await this.put(item, at, fired);
    else this.seekWithin(item, at);
    this.prepareNext(item, moment);
    await this.until(item.untilMs, fired);
  }

  /** @param {Promise<any>} fired */
  async withoutPlan(fired) {
    this.item = null;
    this.on = "";
    this.stage.blank(false);
    this.stage.showPanel(noticePanel("还没有节目单", "No plan yet"));
    this.report("no_plan", {});
    await fired;
  }

  /** @param {Item} item @param {number} at @param {Promise<any>} fired */
  async put(item, at, fired) {
    const { asset } = item;
    if (!asset) {
      this.stage.showPanel();
      this.stage.blank(item.kind === "off");
    } else {
      const outcome = await Promise.race([this.load(item, at), fired.then(() => "superseded")]);
      if (outcome === "superseded") return;
      if (outcome) this.fail();
      else this.show();
      this.report(outcome ? "missing" : item.kind, {});
    }
    this.on = item.key;
    if (!asset) this.report(item.kind, {});
  }

  /**
   * @param {Item} item
   * @param {number} at when it is to be shown
   * @returns {Promise<string>} a word for what went wrong, else nothing
   */
  async load(item, at) {
    const asset = /** @type {import("../src/protocol.js").Asset} */ (item.asset);
    const { digest, kind } = asset;
    try {
      await this.stage.prepare({
        key: `${item.key}#${this.tries}`,
        url: `/files/${digest}`,
        kind,
        loop: item.loop,
        sound: false,
        offsetMs: at - item.startMs,
      });
      return "";
    } catch (error) {
      return codeOf(error);
    }
  }

  show() {
    this.stage.showPanel();
    this.stage.swap();
    this.setPace();
  }

  /** Another try of the same place loads again. */
  fail() {
    this.tries += 1;
    this.stage.blank(false);
    const zh = "画面打不开：文件缺失，或不在您的管辖范围内";
    this.stage.showPanel(noticePanel(zh, "The file is missing, or outside your scope"));
  }

  /** @param {Item} item @param {Moment} moment */
  prepareNext({ untilMs }, moment) {
    if (!Number.isFinite(untilMs)) return;
    const next = dueAt(situationOf(moment), untilMs);
    if (next.asset && next.key !== this.on) void this.load(next, untilMs);
  }

  /** @param {Item} item @param {number} at */
  seekWithin({ asset, loop, startMs }, at) {
    const { video } = this.stage.front;
    if (asset?.kind !== "video" || loop || !video.duration) return;
    video.currentTime = Math.min((at - startMs) / 1000, video.duration);
    this.setPace();
  }

  /** A clip runs as the clock runs. */
  setPace() {
    const { video, picture } = this.stage.front;
    if (picture?.kind !== "video") return;
    video.playbackRate = Math.min(this.clock.speed, FASTEST_VIDEO);
    if (this.clock.runs) this.stage.front.play();
    else video.pause();
  }

  keepInStep() {
    const { clock, item, stage } = this;
    if (item?.asset && clock.runs && clock.speed === 1) stage.steer(clock.now() - item.startMs);
  }

  /** @param {number} atMs @param {Promise<any>} fired */
  async until(atMs, fired) {
    let woken = false;
    fired.then(() => {
      woken = true;
    });
    while (!woken && !this.scope.ended) {
      const left = this.clock.waitFor(atMs);
      if (left <= 0) return;
      await Promise.race([this.scope.sleep(Math.min(left, LONGEST_WAIT_MS)), fired]);
    }
  }

  /** The clock was changed: ask again what is due. */
  wake() {
    this.setPace();
    this.alarm.fire(null);
  }

  /**
   * From the clock's place, which is ahead of the picture's while that is loaded.
   * @param {number} by places forward or back
   */
  stepBy(by) {
    const { moment } = this;
    if (!moment?.plan) return;
    const item = dueAt(situationOf(moment), this.clock.now());
    if (by > 0) this.clock.set(Number.isFinite(item.untilMs) ? item.untilMs : this.clock.now());
    else {
      const before = beginOf(item, moment.plan) - 1;
      this.clock.set(beginOf(dueAt(situationOf(moment), before), moment.plan, before));
    }
    this.wake();
  }

  /** @param {string} kind @param {Record<string, unknown>} more */
  report(kind, more) {
    const { item, moment } = this;
    this.stage.publish({
      kind,
      asset: item?.asset?.digest ?? "",
      manifest: moment?.plan?.digest ?? "",
    });
    this.publish({
      kind,
      title: moment?.title ?? null,
      campaign: item ? campaignOf(item) : null,
      startMs: item?.startMs ?? null,
      endMs: item && Number.isFinite(item.endMs) ? item.endMs : null,
      ...more,
    });
  }
}

/** @param {Moment} moment @returns {import("../src/due.js").Situation} */
const situationOf = ({ plan, takeover }) => ({
  planAt: () => plan,
  switchAt: NEVER,
  takeover,
  expiresAt: NEVER,
  revoked: new Set(),
});

/**
 * Where an item begins; a closed stretch where its segment does.
 * @param {Item} item
 * @param {Plan} plan
 * @param {number} [atMs] an instant in it
 */
function beginOf(item, { manifest }, atMs = item.untilMs - 1) {
  if (item.kind !== "off") return item.startMs;
  return manifest.segments[segmentAt(manifest, atMs)].from;
}

/** @param {Item} item */
function campaignOf({ plan, place: [segment, , slot] }) {
  if (!plan || segment < 0) return null;
  const { manifest } = plan;
  const loop = /** @type {string} */ (manifest.segments[segment].loop);
  const index = manifest.loops[loop].slots[slot][3];
  return index < 0 ? null : manifest.campaigns[index];
}
