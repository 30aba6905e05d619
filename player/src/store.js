/** In charge of the database: what must outlive a power cut is written with durability 'strict', and twice. */
import { openCache } from "./blocks.js";
import { asked, finished, openDatabase } from "./database.js";
import { COPIED, JOURNAL_CACHE, Journal } from "./journal.js";

/** @typedef {import("./batches.js").Play} Play */
/**
 * @typedef {object} Boot one run of the page, as far as its plays aren't all handed in
 * @property {number} [id] order of starting
 * @property {string} boot
 * @property {string} screen whose credential was in use: plays are never handed in by another
 * @property {number} acked highest seq that the server has or counts as lost
 * @property {string | null} head hash chain after `acked`; null when it can't be computed any more
 * @property {number} kept plays after it are still here, acknowledged ones too
 * @property {string | null} keptHead hash chain after `kept`
 * @property {[number, number, string] | null} lost a range still to be declared, right after `acked`
 */
/** @typedef {{token: string, screen: string, keys: import("./protocol.js").Key[]}} Credential */
/** @typedef {{digest: string, text: string}} KeptPlan */
/** @typedef {{qr_svg: string | null, issued_at: number}} Page QR code of this screen's page, for people at the venue, and when it was signed */
/**
 * @typedef {object} Facts single values by name
 * @property {Credential} credential
 * @property {string} accepted text of the last accepted assignment
 * @property {KeptPlan} current on air
 * @property {KeptPlan} next fetched, waiting for its instant
 * @property {{version: number, manifest: string, at: number}} switched not yet acknowledged
 * @property {{version: number, manifest: string, at: number}} onAirSince the last one acknowledged
 * @property {import("./clock.js").Kept} clock
 * @property {{code: string, detail: string, count: number}[]} incidents
 * @property {CryptoKeyPair} ownKey
 * @property {string} box made here before the first request, by which a server recognises this box
 * @property {number} volume
 * @property {Page} page
 */

const STRICT = { durability: /** @type {const} */ ("strict") };

/**
 * @param {string} boot
 * @param {string} screen
 * @param {number} acked
 * @param {string | null} head
 * @returns {Boot}
 */
export const newBoot = (boot, screen, acked, head) => ({
  ...{ boot, screen, acked, head },
  ...{ kept: acked, keptHead: head, lost: null },
});

/** @param {string} boot @param {number} after */
const following = (boot, after) =>
  IDBKeyRange.bound([boot, after], [boot, Number.POSITIVE_INFINITY], true);

/** @param {IDBDatabase} fresh */
function makeStores(fresh) {
  fresh.createObjectStore("facts");
  fresh.createObjectStore("plays", { keyPath: ["boot", "seq"] });
  fresh.createObjectStore("boots", { keyPath: "id", autoIncrement: true });
}

/** The second copy may fail, of a full disk for one: the first is what counts. @param {() => Promise<void>} write */
const copied = (write) => write().catch(() => {});

export class Store {
  /**
   * @param {IDBDatabase} db
   * @param {Journal} journal
   */
  constructor(db, journal) {
    this.db = db;
    this.journal = journal;
  }

  /** @param {string} [name] @param {() => void} [lost] called when the browser takes the database away */
  static async open(name = "anping", lost = () => {}) {
    const db = await openDatabase(name, makeStores, lost);
    return new Store(db, new Journal(await openCache(JOURNAL_CACHE)));
  }

  /**
   * Take the second copy if the database was lost with everything in it.
   * @returns {Promise<boolean>} true if it was
   */
  async rebuild() {
    if (await this.get("credential")) return false;
    const { facts, plays } = await this.journal.read();
    if (!facts.credential) return false;
    await this.put(facts);
    for (const boot of new Set(plays.map((play) => play.boot))) {
      const own = plays.filter((play) => play.boot === boot);
      await this.record({
        boot: newBoot(boot, facts.credential.screen, own[0].seq - 1, null),
        plays: own,
      });
    }
    return true;
  }

  /**
   * @template {keyof Facts} K
   * @param {K} name
   * @returns {Promise<Facts[K] | undefined>}
   */
  get(name) {
    return asked(this.read("facts").get(name));
  }

  /** @param {string} name of a store */
  read(name) {
    return this.db.transaction(name).objectStore(name);
  }

  /** @param {string | string[]} names of stores */
  change(names) {
    return this.db.transaction(names, "readwrite", STRICT);
  }

  /**
   * Change facts together, all or none; null removes one.
   * @param {{[K in keyof Facts]?: Facts[K] | null}} facts
   */
  async put(facts) {
    const change = this.change("facts");
    const store = change.objectStore("facts");
    for (const [name, value] of Object.entries(facts)) {
      if (value === null) store.delete(name);
      else store.put(value, name);
    }
    await finished(change);
    await copied(async () => {
      for (const [name, value] of Object.entries(facts)) {
        if (COPIED.has(name)) await this.journal.keepFact(name, value);
      }
    });
  }

  /** @returns {Promise<Boot[]>} oldest first */
  boots() {
    return asked(this.read("boots").getAll());
  }

  /**
   * The boot's plays after a seq, in order.
   * @param {string} boot
   * @param {number} after
   * @param {number} [most]
   * @returns {Promise<Play[]>}
   */
  plays(boot, after, most) {
    return asked(this.read("plays").getAll(following(boot, after), most));
  }

  /** How many plays the server hasn't acknowledged. */
  async countPlays() {
    let count = 0;
    for (const { boot, acked } of await this.boots()) {
      count += await asked(this.read("plays").count(following(boot, acked)));
    }
    return count;
  }

  /**
   * Write plays and boots and remove the plays of a boot up to a seq, in one transaction.
   * The second copy lets go of what was acknowledged already then: it is for what nobody else has.
   * @param {{plays?: Play[], boot?: Boot, settled?: number, drop?: number, end?: boolean}} change `settled`: acknowledged before
   */
  async record({ plays = [], boot, settled, drop = 0, end = false }) {
    const change = this.change(["plays", "boots"]);
    const [events, boots] = [change.objectStore("plays"), change.objectStore("boots")];
    for (const play of plays) events.put(play);
    if (boot && drop) events.delete(IDBKeyRange.bound([boot.boot, 0], [boot.boot, drop]));
    const id = boot && (end ? boots.delete(Number(boot.id)) : boots.put(boot));
    await finished(change);
    if (boot && id && !end) boot.id = Number(id.result);
    await copied(async () => {
      await this.journal.keepPlays(plays);
      if (boot && settled !== undefined) await this.journal.drop(boot.boot, settled, boot.acked);
      if (boot && end) await this.journal.drop(boot.boot, boot.acked, Number.POSITIVE_INFINITY);
    });
  }

  close() {
    this.db.close();
  }
}
