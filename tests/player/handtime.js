/** Time that a test moves by hand: timers and the monotonic clock, until `restore`. */
export class HandTime {
  constructor() {
    this.now = 0;
    this.count = 0;
    /** @type {Map<number, {at: number, act: () => void}>} */
    this.timers = new Map();
    const { setTimeout, clearTimeout, setImmediate } = globalThis;
    const ofPerformance = performance.now;
    this.breathe = () => new Promise((done) => setImmediate(done));
    this.restore = () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      performance.now = ofPerformance;
    };
    Object.assign(globalThis, {
      setTimeout: (/** @type {() => void} */ act, ms = 0) => this.plan(act, ms),
      clearTimeout: (/** @type {number} */ id) => this.timers.delete(id),
    });
    performance.now = () => this.now;
  }

  /** @param {() => void} act @param {number} ms */
  plan(act, ms) {
    this.count += 1;
    this.timers.set(this.count, { at: this.now + Math.max(0, ms), act });
    return this.count;
  }

  /** Let so much time pass, timer by timer; what each sets off is done before the next. @param {number} ms */
  async advance(ms) {
    const end = this.now + ms;
    await this.breathe();
    for (;;) {
      const [next] = [...this.timers].sort(([, a], [, b]) => a.at - b.at);
      if (!next || next[1].at > end) break;
      const [id, { at, act }] = next;
      this.timers.delete(id);
      this.now = Math.max(this.now, at);
      act();
      await this.breathe();
    }
    this.now = end;
    await this.breathe();
  }
}
