/** In charge of endings: every timer and listener belongs to one scope, and ends with it. */

/** Monotonic ms since the page started. */
export const mono = () => performance.now();

/**
 * A delay varied by a fifth either way, so that a district of screens doesn't connect at once.
 * @param {number} ms
 */
export const jittered = (ms) => ms * (0.8 + 0.4 * Math.random());

/**
 * Seconds to wait before the n-th further try: doubling from 1 s to the most, half of it random.
 * @param {number} tries 0 for the first
 * @param {number} mostMs
 */
export function backOff(tries, mostMs) {
  const full = Math.min(mostMs, 1000 * 2 ** Math.min(tries, 16));
  return full / 2 + (full / 2) * Math.random();
}

export class Scope {
  constructor() {
    /** @type {Set<() => void>} */
    this.ends = new Set();
    this.ended = false;
  }

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} listener
   */
  on(target, type, listener) {
    target.addEventListener(type, listener);
    return this.own(() => target.removeEventListener(type, listener));
  }

  /**
   * Run once after a while.
   * @param {number} ms
   * @param {() => void} action
   * @returns {() => void} ends it early
   */
  after(ms, action) {
    const timer = setTimeout(() => {
      end();
      action();
    }, ms);
    const end = this.own(() => clearTimeout(timer));
    return end;
  }

  /**
   * Run again and again, jittered, the next one after the last one is done.
   * @param {number} ms
   * @param {() => unknown} action
   */
  every(ms, action) {
    const next = () =>
      this.after(jittered(ms), async () => {
        await action();
        if (!this.ended) next();
      });
    next();
  }

  /**
   * A pause; it never resolves after the end.
   * @param {number} ms
   * @returns {Promise<void>}
   */
  sleep(ms) {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /**
   * @param {() => void} end
   * @returns {() => void}
   */
  own(end) {
    const once = () => {
      if (this.ends.delete(once)) end();
    };
    if (this.ended) end();
    else this.ends.add(once);
    return once;
  }

  end() {
    this.ended = true;
    for (const end of [...this.ends]) end();
  }
}

/**
 * A promise that is settled from outside.
 * @template T
 */
export function signal() {
  /** @type {(value: any) => void} */
  let fire = () => {};
  const fired = /** @type {Promise<any>} */ (
    new Promise((resolve) => {
      fire = resolve;
    })
  );
  return { fire, fired };
}
