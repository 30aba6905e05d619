/** In charge of the database: what must outlive a power cut is written with durability 'strict'. */
import { openDB } from "idb";

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

export class Store {
  /** @param {import("idb").IDBPDatabase<any>} db */
  constructor(db) {
    this.db = db;
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
    return new Store(db);
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
   * @param {{plays?: Play[], boot?: Boot, drop?: [boot: string, upto: number], end?: number}} change
   */
  async record({ plays = [], boot, drop, end }) {
    const change = this.db.transaction(["plays", "boots"], "readwrite", STRICT);
    const [events, boots] = [change.objectStore("plays"), change.objectStore("boots")];
    for (const play of plays) events.put(play);
    if (drop) events.delete(IDBKeyRange.bound([drop[0], 0], drop));
    const id = boot && boots.put(boot);
    if (end !== undefined) boots.delete(end);
    await change.done;
    if (boot && id) boot.id = Number(await id);
  }

  close() {
    this.db.close();
  }
}
