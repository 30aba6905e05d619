/** In charge of media on this machine: fetched by block, hashed on the way and again before first use, swept. */
import { blockUrl, MEDIA_CACHE, noteUrl, openCache } from "./blocks.js";
import { codeOf, INCIDENTS, PlayerError } from "./errors.js";
import { BLOCK_BYTES, sha256 } from "./protocol.js";
import { backOff, Scope, signal } from "./scope.js";

/** @typedef {import("./protocol.js").Asset} Asset */
/** @typedef {import("./blocks.js").Note} Note */

const MOST_WAIT_MS = 30000;
const STALL_MS = 30000;
const LEAST_BYTES = 15e3; // in that time: with less it never ends
// Browsers don't report how much room there is. This reserve is given up when records need it.
const RESERVE = "reserve";
const RESERVE_BYTES = 8e6;

// Without network there is nothing to report. `aborterror`: too slow to be worth waiting for.
/** @type {Record<string, string>} */
const INCIDENT_OF = {
  quotaexceedederror: INCIDENTS.storageFull,
  asset_corrupt: INCIDENTS.assetCorrupt,
  cut_short: INCIDENTS.assetFailed,
  aborterror: INCIDENTS.assetFailed,
};

/** @param {Asset} asset @returns {Note} without block digests the whole file is the one block */
const noteOf = ({ type, bytes, digest, blocks }) =>
  blocks?.length
    ? { type, bytes, block: BLOCK_BYTES, blocks }
    : { type, bytes, block: Math.max(1, bytes), blocks: [digest] };

/** @param {Note} note @param {number} index */
const sizeOf = (note, index) => Math.min(note.block, note.bytes - index * note.block);

export class MediaCache {
  /**
   * @param {object} parts
   * @param {Cache} parts.cache
   * @param {() => string} parts.token
   * @param {(code: string, detail: string) => void} parts.incident
   */
  constructor({ cache, token, incident }) {
    this.cache = cache;
    this.token = token;
    this.incident = incident;
    this.scope = new Scope();
    /** @type {Set<string>} verified in this boot */
    this.verified = new Set();
    /** @type {Map<string, Promise<void>>} */
    this.coming = new Map();
    this.again = signal();
    /** Whether the network at hand may be used for media now. */
    this.mayLoad = () => true;
    /** @type {Set<string>} */
    this.urgent = new Set();
  }

  static async open() {
    return openCache(MEDIA_CACHE);
  }

  /**
   * True if the file is here whole, every block hashed in this boot. Spoilt blocks are thrown away.
   * @param {Asset} asset
   */
  async verify(asset) {
    if (this.verified.has(asset.digest)) return true;
    const missing = await this.firstMissing(asset.digest, noteOf(asset));
    if (missing !== null) return false;
    await this.putNote(asset);
    this.verified.add(asset.digest);
    return true;
  }

  /** @param {string} digest @param {Note} note @returns {Promise<number | null>} */
  async firstMissing(digest, note) {
    for (let index = 0; index < note.blocks.length; index += 1) {
      const url = blockUrl(digest, index);
      const kept = await this.cache.match(url);
      if (!kept) return index;
      if ((await sha256(await kept.arrayBuffer())) === note.blocks[index]) continue;
      this.incident(INCIDENTS.assetCorrupt, digest);
      await this.cache.delete(url);
      return index;
    }
    return null;
  }

  /** @param {Asset} asset */
  putNote(asset) {
    const note = JSON.stringify(noteOf(asset));
    return this.cache.put(noteUrl(asset.digest), new Response(note));
  }

  /**
   * Where the page finds a verified file: by the worker, or from its blocks while there is none.
   * @param {Asset} asset
   */
  async address(asset) {
    if (navigator.serviceWorker?.controller) return noteUrl(asset.digest);
    const parts = [];
    for (let index = 0; index < noteOf(asset).blocks.length; index += 1) {
      const kept = await this.cache.match(blockUrl(asset.digest, index));
      if (kept) parts.push(await kept.blob());
    }
    return URL.createObjectURL(new Blob(parts, { type: asset.type }));
  }

  /**
   * Doubt a file that would not play: it is verified again before its next use.
   * @param {string} digest
   */
  doubt(digest) {
    this.verified.delete(digest);
  }

  /**
   * Have the file here and verified, however long it takes; callers share one download.
   * @param {Asset} asset
   * @param {boolean} [urgent] by whatever network there is
   * @returns {Promise<void>}
   */
  ensure(asset, urgent) {
    const { digest } = asset;
    if (urgent) this.urgent.add(digest);
    const coming = this.coming.get(digest) || this.bring(asset);
    this.coming.set(digest, coming);
    return coming.finally(() => this.coming.delete(digest));
  }

  /** @param {Asset} asset */
  async bring(asset) {
    for (let tries = 0; !this.scope.ended && !(await this.verify(asset)); tries += 1) {
      try {
        this.check(asset.digest);
        await this.download(asset);
      } catch (error) {
        this.explain(error, asset.digest);
        await Promise.race([this.scope.sleep(backOff(tries, MOST_WAIT_MS)), this.again.fired]);
      }
    }
  }

  /** @param {unknown} error @param {string} digest */
  explain(error, digest) {
    const code = INCIDENT_OF[codeOf(error)];
    if (code) this.incident(code, digest);
  }

  /** The network is back: don't wait out the back-off. */
  retryNow() {
    this.again.fire(null);
    this.again = signal();
  }

  /** @param {string} digest @throws {PlayerError} `metered` */
  check(digest) {
    if (!this.urgent.has(digest) && !this.mayLoad()) throw new PlayerError("metered");
  }

  /**
   * One try, going on at the first block that is missing.
   * @param {Asset} asset
   * @throws {PlayerError} `asset_corrupt` on other bytes, `http` on a refusal, `cut_short`
   * @throws {DOMException} `AbortError` when too little comes
   */
  async download(asset) {
    await this.keepReserve();
    const note = noteOf(asset);
    const first = (await this.firstMissing(asset.digest, note)) || 0;
    const url = noteUrl(asset.digest);
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${this.token()}` };
    if (first) headers.Range = `bytes=${first * note.block}-`;
    const abort = new AbortController();
    const pacing = new Scope();
    let bytes = 0;
    pacing.every(STALL_MS, () => {
      if (bytes < LEAST_BYTES) abort.abort();
      bytes = 0;
    });
    try {
      const response = await fetch(url, { headers, signal: abort.signal, cache: "no-store" });
      if (!response.ok) throw new PlayerError("http", url, response.status);
      const reader = response.body?.getReader();
      const from = response.status === 206 ? first : 0;
      await this.takeBlocks(asset.digest, note, from, async () => {
        const { value } = (await reader?.read()) || {};
        bytes += value?.length || 0;
        return value || null;
      });
    } finally {
      pacing.end();
      abort.abort();
    }
  }

  /**
   * @param {string} digest
   * @param {Note} note
   * @param {number} from index of the first block that comes
   * @param {() => Promise<Uint8Array | null>} read
   */
  async takeBlocks(digest, note, from, read) {
    let chunk = new Uint8Array(0);
    for (let index = from; index < note.blocks.length; index += 1) {
      this.check(digest);
      const block = new Uint8Array(sizeOf(note, index));
      for (let filled = 0; filled < block.length; ) {
        if (!chunk.length) chunk = await this.more(read);
        const part = chunk.subarray(0, block.length - filled);
        block.set(part, filled);
        filled += part.length;
        chunk = chunk.subarray(part.length);
      }
      if ((await sha256(block)) !== note.blocks[index]) {
        throw new PlayerError(INCIDENTS.assetCorrupt, digest);
      }
      await this.cache.put(blockUrl(digest, index), new Response(block));
    }
  }

  /** Media come only where records have room already. @throws {DOMException} `QuotaExceededError` */
  async keepReserve() {
    if (await this.cache.match(noteUrl(RESERVE))) return;
    await this.cache.put(noteUrl(RESERVE), new Response(new Uint8Array(RESERVE_BYTES)));
  }

  /** @param {() => Promise<Uint8Array | null>} read @returns {Promise<any>} */
  async more(read) {
    const chunk = await read();
    if (!chunk) throw new PlayerError("cut_short");
    return chunk;
  }

  /**
   * Throw away what no plan at hand needs.
   * @param {ReadonlySet<string>} needed digests of the current and the next plan and the takeover
   * @returns {Promise<number>} how many entries that were
   */
  async sweep(needed) {
    let freed = 0;
    for (const { url } of await this.cache.keys()) {
      const digest = new URL(url).pathname.slice("/files/".length);
      if (needed.has(digest) || this.coming.has(digest) || digest === RESERVE) continue;
      this.verified.delete(digest);
      freed += Number(await this.cache.delete(url));
    }
    return freed;
  }

  /** Records need room: give up what is kept for them, and what no plan needs. @param {ReadonlySet<string>} needed */
  async giveWay(needed) {
    await this.cache.delete(noteUrl(RESERVE));
    await this.sweep(needed);
  }
}
