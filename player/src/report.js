/** In charge of what this player reports to the server: beats and incidents, kept until they arrived. */
import { mono, Scope } from "./scope.js";

/** @typedef {{code: string, detail: string, count: number}} Incident */

const BEAT_MS = 30000;
const MOST_KINDS = 50;
const DETAIL = 200;
const MOST_LINES = 100;

/** Incidents, counted by code and detail until the server has them. */
export class Incidents {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Incident[]} */
    this.waiting = [];
    /** @type {[number, string][]} what happened since boot, the newest last, by the monotonic clock */
    this.lines = [];
  }

  /** For the command `log`. @param {string} text */
  note(text) {
    if (this.lines.push([mono(), text]) > MOST_LINES) this.lines.shift();
  }

  async restore() {
    this.waiting = (await this.store.get("incidents")) || [];
  }

  /**
   * @param {string} code
   * @param {string} [detail]
   */
  add(code, detail = "") {
    const brief = detail.slice(0, DETAIL);
    this.note(`${code} ${brief}`);
    const same = this.waiting.find((one) => one.code === code && one.detail === brief);
    if (same) same.count += 1;
    else if (this.waiting.length < MOST_KINDS) this.waiting.push({ code, detail: brief, count: 1 });
    this.keep();
  }

  /** @param {Incident[]} sent which the server now has */
  forget(sent) {
    for (const { code, detail, count } of sent) {
      const one = this.waiting.find((kept) => kept.code === code && kept.detail === detail);
      if (one) one.count -= count;
    }
    this.waiting = this.waiting.filter(({ count }) => count > 0);
    if (sent.length) this.keep();
  }

  /** A full disk must not stop the reporting of a full disk. */
  keep() {
    this.store.put({ incidents: this.waiting }).catch(() => null);
  }

  copy() {
    return this.waiting.map((one) => ({ ...one }));
  }
}

/** The browser and its version, as a technician writes it. */
export function browserName() {
  const [, version] = /Chrom(?:e|ium)\/(\d+)/.exec(navigator.userAgent) || [];
  return version ? `Chromium ${version}` : navigator.userAgent.slice(0, 60);
}

export class Report {
  /**
   * @param {object} parts
   * @param {() => Promise<object>} parts.state the beat without its incidents
   * @param {Incidents} parts.incidents
   * @param {(beat: object) => Promise<any>} parts.send
   * @param {(version: number) => void} parts.newest gets the version that the server has
   * @param {(player: unknown) => void} parts.player gets the player that the screen is to run
   */
  constructor({ state, incidents, send, newest, player }) {
    this.state = state;
    this.incidents = incidents;
    this.send = send;
    this.newest = newest;
    this.player = player;
    this.scope = new Scope();
  }

  start() {
    this.scope.every(BEAT_MS, () => this.beat());
  }

  /** A lost beat is no fault: the next one has it all. */
  async beat() {
    const incidents = this.incidents.copy();
    try {
      const answer = await this.send({ ...(await this.state()), incidents });
      if (!Number.isSafeInteger(answer?.version)) return; // a portal's, not the server's
      this.incidents.forget(incidents);
      this.newest(answer.version);
      this.player(answer.player);
    } catch {
      return;
    }
  }
}

/** What storage is used; browsers round it, so it is a hint. */
export async function storageFigures() {
  const storage = navigator.storage;
  const { usage = 0, quota = 0 } = (await storage?.estimate?.()) || {};
  const persisted = (await storage?.persisted?.()) || false;
  return { used: usage, quota, persisted };
}
