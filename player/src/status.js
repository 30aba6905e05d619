/** In charge of saying what is on: the facts on the page, the beat, and what a technician asks for. */
import { browserName, storageFigures } from "./report.js";
import { mono } from "./scope.js";

/** @typedef {import("./conductor.js").Picture} Picture */

/** The stage in device pixels; a frame may be closed to nothing. */
export const screenSize = () => ({
  width: Math.max(1, Math.round(innerWidth * devicePixelRatio)),
  height: Math.max(1, Math.round(innerHeight * devicePixelRatio)),
});

/** @param {Picture} picture */
function onAir({ item, asset, error }) {
  const own = (item.kind === "slot" && !error) || item.kind === "held";
  const [segment, cycle, slot] = own ? item.place : [-1, -1, -1];
  const manifest = own && item.plan ? item.plan.digest : null;
  return asset && { manifest, segment, cycle, slot, asset: asset.digest };
}

export class Status {
  /**
   * @param {import("./session.js").Ground} ground
   * @param {string} screen
   * @param {import("./plans.js").Plans} plans
   * @param {import("./watchdog.js").Watchdog} watchdog
   */
  constructor(ground, screen, plans, watchdog) {
    this.ground = ground;
    this.screen = screen;
    this.plans = plans;
    this.watchdog = watchdog;
    /** @type {Picture | null} */
    this.picture = null;
  }

  /** The beat's word for what is on. */
  word() {
    const { picture } = this;
    if (this.watchdog.stalled) return "stalled";
    if (!picture) return "preparing";
    const { kind, plan } = picture.item;
    if (kind === "off") return "off_hours";
    if (kind === "builtin") return plan ? "fallback" : "preparing";
    if (picture.error || kind === "fallback") return "fallback";
    return kind === "takeover" ? "takeover" : "playing";
  }

  /** Facts for tests and cameras: what is composited now. */
  facts() {
    const { picture, plans } = this;
    return {
      screen: this.screen,
      state: this.word(),
      asset: picture?.asset?.digest || "",
      manifest: plans.current?.digest || "",
      version: String(plans.version() ?? ""),
    };
  }

  async beat() {
    const { picture, ground, plans } = this;
    return {
      boot: ground.boot,
      at_mono_ms: Math.round(mono()),
      version: plans.version(),
      on_air: picture && onAir(picture),
      state: this.word(),
      visible: !document.hidden,
      clock: ground.clock.note(),
      backlog: await ground.store.countPlays(),
      storage: await storageFigures(),
      secure: isSecureContext,
      player: ground.version,
      gave_up: ground.shell.gaveUp,
      browser: browserName(),
      size: screenSize(),
    };
  }

  /** For the command `log`. */
  async diary() {
    const { machine, incidents, clock } = this.ground;
    const shift = clock.now() - mono();
    return {
      ...(await this.beat()),
      states: machine.states,
      incidents: incidents.waiting,
      lines: incidents.lines.map(([at, text]) => [Math.round(at + shift), text]),
    };
  }
}
