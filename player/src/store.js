/** In charge of the database: what must outlive a power cut is written with durability 'strict', and twice. */
import { openDB } from "idb";
import { COPIED, JOURNAL_CACHE, Journal } from "./journal.js";

/** @typedef {import("./batches.js").Play} Play */
/**
 * @typedef {object} Boot one run of the page, as far as its plays aren't all handed in
 * @property {number} [id] order of starting
 * @property {string} boot
 * @property {string} screen whose credential was in use: plays are never handed in by another
 * @property {number} acked highest seq that the server holds or knows as lost
 * @property {string | null} head hash chain after `acked`; null when it can't be known any more
 * @property {[number, number, string] | null} lost a range still to be declared, right after `acked`
 */
/** @typedef {{token: string, screen: string, keys: import("./protocol.js").Key[]}} Credential */
/** @typedef {{digest: string, text: string}} KeptPlan */
/**
 * @typedef {object} Facts single values by name
 * @property {Credential} credential
 * @property {string} accepted text of the last accepted assignment
 * @property {KeptPlan} current on air
 * @property {KeptPlan} next fetched, waiting for its instant
 * @property {{version: number, manifest: string, at: number}} switched not yet acknowledged
 * @property {import("./clock.js").Kept} clock
 * @property {{code: string, detail: string, count: number}[]} incidents
 * @property {CryptoKeyPair} ownKey
 * @property {number} volume
 */

const STRICT = { durability: /** @type {const} */ ("strict") };

/** @param {string} boot @param {number} after */
const following = (boot, after) =>
  IDBKeyRange.bound([boot, after], [boot, Number.POSITIVE_INFINITY], true);

/** The second copy may fail, of a full disk for one: the first is what counts. @param {() => Promise<void>} write */
const copied = (write) => write().catch(() => {});

export class Store {
  /**
   * @param {import("idb").IDBPDatabase<any>} db
   * @param {Journal} journal
   */
  constructor(db, journal) {
    this.db = db;
    this.journal = journal;
  }

  /** @param {string} [name] @param {() => void} [lost] told when the browser takes the database away */
  static async open(name = "anping", lost = () => {}) {
    const db = await openDB(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("facts");
        fresh.createObjectStore("plays", { keyPath: ["boot", "seq"] });
        fresh.createObjectStore("boots", { keyPath: "id", autoIncrement: true });
      },
      blocking: () => db.close(),
      terminated: lost,
    });
    return new Store(db, new Journal(await caches.open(JOURNAL_CACHE)));
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
      const { screen } = facts.credential;
      const acked = own[0].seq - 1;
      await this.record({ boot: { boot, screen, acked, head: null, lost: null }, plays: own });
    }
    return true;
  }

  /**
   * @template {keyof Facts} K
   * @param {K} name
   * @returns {Promise<Facts[K] | undefined>}
   */
  get(name) {
    return this.db.get("facts", name);
  }

  /**
   * Change facts together, all or none; null removes one.
   * @param {{[K in keyof Facts]?: Facts[K] | null}} facts
   */
  async put(facts) {
    const change = this.db.transaction("facts", "readwrite", STRICT);
    for (const [name, value] of Object.entries(facts)) {
      if (value === null) change.store.delete(name);
      else change.store.put(value, name);
    }
    await change.done;
    await copied(async () => {
      for (const [name, value] of Object.entries(facts)) {
        if (COPIED.has(name)) await this.journal.keepFact(name, value);
      }
    });
  }

  /** @returns {Promise<Boot[]>} oldest first */
  boots() {
    return this.db.getAll("boots");
  }

  /**
   * The boot's plays after a seq, in order.
   * @param {string} boot
   * @param {number} after
   * @param {number} [most]
   * @returns {Promise<Play[]>}
   */
  plays(boot, after, most) {
    return this.db.getAll("plays", following(boot, after), most);
  }

  countPlays() {
    return this.db.count("plays");
  }

  /**
   * Write plays and boots and remove the plays of a boot up to a seq, in one transaction.
   * @param {{plays?: Play[], boot?: Boot, drop?: [after: number, upto: number], end?: boolean}} change
   */
  async record({ plays = [], boot, drop, end = false }) {
    const change = this.db.transaction(["plays", "boots"], "readwrite", STRICT);
    const [events, boots] = [change.objectStore("plays"), change.objectStore("boots")];
    for (const play of plays) events.put(play);
    if (boot && drop) events.delete(IDBKeyRange.bound([boot.boot, 0], [boot.boot, drop[1]]));
    const id = boot && (end ? boots.delete(Number(boot.id)) : boots.put(boot));
    await change.done;
    if (boot && id) boot.id = Number(await id);
    await copied(async () => {
      await this.journal.keepPlays(plays);
      if (boot && drop) await this.journal.drop(boot.boot, ...drop);
      if (boot && end) await this.journal.drop(boot.boot, boot.acked, Number.POSITIVE_INFINITY);
    });
  }

  close() {
    this.db.close();
  }
}
