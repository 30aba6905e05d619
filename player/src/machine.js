/** In charge of which states the player may be in and which moves are legal: one table, no side effects. */
import { PlayerError } from "./errors.js";

/** @typedef {"life" | "link" | "sync" | "next"} Region */

/** @type {Readonly<Record<Region, Readonly<Record<string, readonly string[]>>>>} */
export const MOVES = Object.freeze({
  life: {
    boot: ["insecure", "second", "enrol", "load"],
    insecure: [],
    second: ["boot"],
    enrol: ["load"],
    load: ["verify", "prepare"],
    verify: ["prepare", "play"],
    prepare: ["play"],
    play: ["prepare"],
  },
  link: { down: ["up", "stale"], up: ["down", "stale"], stale: ["up", "down"] },
  sync: { none: ["coarse", "fine"], coarse: ["fine", "none"], fine: ["coarse", "none"] },
  next: {
    none: ["fetching"],
    fetching: ["none", "ready"],
    ready: ["none", "fetching", "switching"],
    switching: ["none", "fetching"],
  },
});

export class Machine {
  /** @param {(region: Region, state: string) => void} [seen] called at each transition */
  constructor(seen = () => {}) {
    this.seen = seen;
    /** @type {Record<Region, string>} */
    this.states = { life: "boot", link: "down", sync: "none", next: "none" };
  }

  /**
   * Move one region; staying is no move.
   * @param {Region} region
   * @param {string} to
   * @throws {PlayerError} `illegal_move`, naming both states
   */
  move(region, to) {
    const from = this.states[region];
    if (from === to) return;
    if (!MOVES[region][from].includes(to)) {
      throw new PlayerError("illegal_move", `${region}: ${from} -> ${to}`);
    }
    this.states[region] = to;
    this.seen(region, to);
  }
}
