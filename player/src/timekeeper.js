/** In charge of when clocks are compared: often after coming online or a jump, else now and then. */
import { INCIDENTS } from "./errors.js";
import { mono, Scope } from "./scope.js";

const EVERY_MS = 60000;
const AT_ONCE = 6;
const GAP_MS = 200;
const FINE_MS = 50;

export class Timekeeper {
  /**
   * @param {import("./session.js").Ground} ground
   * @param {(t0: number) => Promise<{t1: number}>} ask one exchange
   * @param {() => void} stepped called when the clock didn't slew but step
   */
  constructor(ground, ask, stepped) {
    this.ground = ground;
    this.ask = ask;
    this.stepped = stepped;
    this.scope = new Scope();
  }

  start() {
    this.scope.every(EVERY_MS, () => this.compare(1));
    this.scope.every(1000, () => this.watch());
  }

  watch() {
    if (!this.ground.clock.noticeJump()) return;
    this.ground.incidents.add(INCIDENTS.clockJump);
    this.compare();
  }

  /** @param {number} [times] exchanges, a little apart */
  async compare(times = AT_ONCE) {
    const { clock } = this.ground;
    try {
      for (let done = 0; done < times; done += 1) {
        if (done) await this.scope.sleep(GAP_MS);
        const t0 = mono();
        const { t1 } = await this.ask(t0);
        if (clock.sample(t0, t1, mono())) this.stepped();
        this.keep();
      }
    } catch {
      // no network: the clock runs on, its uncertainty grows
    }
  }

  /** After each exchange: a cut in the middle of them must leave the next boot something to start from. */
  keep() {
    const { clock, machine, store } = this.ground;
    const kept = clock.toKeep();
    if (!kept) return;
    machine.move("sync", kept.uncertaintyMs < FINE_MS ? "fine" : "coarse");
    store.put({ clock: kept }).catch(() => {});
  }
}
