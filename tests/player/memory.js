/** What the player uses of Cache Storage, in memory. */

// Older Nodes have no navigator.
if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", { value: {} });

export class MemoryCache {
  constructor() {
    /** @type {Map<string, Buffer>} */
    this.kept = new Map();
  }

  /** @param {string | {url: string}} request */
  async match(request) {
    const bytes = this.kept.get(pathOf(request));
    return bytes && new Response(new Uint8Array(bytes));
  }

  /** @param {string} url @param {Response} response */
  async put(url, response) {
    this.kept.set(url, Buffer.from(await response.arrayBuffer()));
  }

  /** @param {string | {url: string}} request */
  async delete(request) {
    return this.kept.delete(pathOf(request));
  }

  async keys() {
    return [...this.kept.keys()].map((url) => ({ url: `http://screen${url}` }));
  }
}

/** @param {string | {url: string}} request */
const pathOf = (request) =>
  (typeof request === "string" ? request : request.url).replace("http://screen", "");

/** @type {Map<string, MemoryCache>} */
const named = new Map();

/** Give this process a `caches` of its own. Each name is one cache. */
export function installCaches() {
  const open = async (/** @type {string} */ name) => {
    const cache = named.get(name) ?? new MemoryCache();
    named.set(name, cache);
    return cache;
  };
  const forget = async (/** @type {string} */ name) => named.delete(name);
  Object.assign(globalThis, { caches: { open, delete: forget } });
}

/** Empty all caches. */
export const forgetCaches = () => named.clear();
