/** In charge of the second copy: what a browser that loses its whole database needs to go on. */

/** @typedef {import("./batches.js").Play} Play */

export const JOURNAL_CACHE = "anping-journal-1";
/** Facts without which a screen would have to be bound or filled again. */
export const COPIED = new Set(["credential", "box", "accepted", "current", "clock"]);
const CHUNK = 64; // plays in one entry: few entries in ninety days offline, small rewrites

/** @param {string} name */
const factUrl = (name) => `/player/journal/fact/${name}`;

/** @param {string} boot @param {number} chunk */
const playsUrl = (boot, chunk) => `/player/journal/plays/${boot}/${chunk}`;

/** @param {unknown} value */
const json = (value) => new Response(JSON.stringify(value));

export class Journal {
  /** @param {Cache} cache apart from the database, so that one mishap doesn't take both */
  constructor(cache) {
    this.cache = cache;
    /** @type {Map<number, Play>} of the entry being filled */
    this.filling = new Map();
    this.place = "";
  }

  /** @param {string} name @param {unknown} value null removes it */
  keepFact(name, value) {
    const url = factUrl(name);
    return value === null ? this.cache.delete(url) : this.cache.put(url, json(value));
  }

  /** @param {Play[]} plays of one boot */
  async keepPlays(plays) {
    for (const play of plays) {
      const place = playsUrl(play.boot, Math.floor(play.seq / CHUNK));
      if (place !== this.place) await this.turnTo(place);
      this.filling.set(play.seq, play);
      await this.cache.put(place, json([...this.filling.values()]));
    }
  }

  /** @param {string} place */
  async turnTo(place) {
    /** @type {Play[]} */
    const kept = (await (await this.cache.match(place))?.json()) || [];
    this.place = place;
    this.filling = new Map(kept.map((play) => [play.seq, play]));
  }

  /**
   * Forget whole entries that the server holds.
   * @param {string} boot
   * @param {number} after acknowledged before
   * @param {number} upto acknowledged now; Infinity: the boot is at its end
   */
  async drop(boot, after, upto) {
    const last = upto === Number.POSITIVE_INFINITY ? after : upto + 1 - CHUNK;
    for (let chunk = Math.floor(after / CHUNK); chunk * CHUNK <= last; chunk += 1) {
      await this.cache.delete(playsUrl(boot, chunk));
    }
  }

  /** Everything that is here. */
  async read() {
    /** @type {Record<string, any>} */
    const facts = {};
    /** @type {Play[]} */
    const plays = [];
    for (const request of await this.cache.keys()) {
      const [, , , kind, name] = new URL(request.url).pathname.split("/");
      const kept = await (await this.cache.match(request))?.json();
      if (kind === "fact") facts[name] = kept;
      else plays.push(...kept);
    }
    return { facts, plays: plays.sort((a, b) => a.seq - b.seq) };
  }
}
