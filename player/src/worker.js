/** The service worker: in charge of a cold start without network and of answering /files/ from the cache. */
import { blockUrl, MEDIA_CACHE, noteUrl, rangeOf } from "./blocks.js";
import { sha256 } from "./protocol.js";

/** @typedef {import("./blocks.js").Note} Note */

// The build fills these in: the files of this release, and their common digest.
const SHELL = /** @type {string[]} */ (/** @type {any} */ (globalThis).__SHELL__);
const RELEASE = /** @type {string} */ (/** @type {any} */ (globalThis).__RELEASE__);

const worker = /** @type {any} */ (self);
const SHELL_CACHE = `anping-shell-${RELEASE}`;
const CONFIG = "/player/config.json";

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (/** @type {any} */ { data }) => {
  if (data === "now") worker.skipWaiting();
  if (data === "claim") worker.clients.claim();
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

async function keepShell() {
  const cache = await caches.open(SHELL_CACHE);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("anping-shell-") && name !== SHELL_CACHE) await caches.delete(name);
  }
  await worker.clients.claim();
}

/**
 * @param {Request} request
 * @returns {Promise<Response> | null} null: the network's business
 */
function answerTo(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return null;
  if (url.pathname.startsWith("/files/")) {
    // With a token it is the page that downloads; the worker holds none.
    return request.headers.has("authorization") ? null : answerFile(request, url);
  }
  if (url.pathname === CONFIG) return answerConfig(request);
  const page = request.mode === "navigate" && /^\/player\/(index\.html)?$/.test(url.pathname);
  if (page) return answerShell(request, "/player/");
  return SHELL.includes(url.pathname) ? answerShell(request, url.pathname) : null;
}

/** @param {Request} request @param {string} path */
async function answerShell(request, path) {
  const cache = await caches.open(SHELL_CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

/** @param {Request} request */
async function answerConfig(request) {
  const cache = await caches.open(SHELL_CACHE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(CONFIG, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(CONFIG);
    if (!kept) throw error;
    return kept;
  }
}

/** @param {Request} request @param {URL} url */
async function answerFile(request, url) {
  const digest = url.pathname.slice("/files/".length);
  const cache = await caches.open(MEDIA_CACHE);
  const kept = await cache.match(noteUrl(digest));
  if (!kept) return new Response(null, { status: 404 });
  const note = /** @type {Note} */ (await kept.json());
  const range = rangeOf(request.headers.get("range"), note.bytes);
  if (!range) {
    const headers = { "Content-Range": `bytes */${note.bytes}` };
    return new Response(null, { status: 416, headers });
  }
  const [from, to, partial] = range;
  /** @type {Record<string, string>} */
  const headers = {
    "Content-Type": note.type,
    "Content-Length": String(to - from),
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
  };
  if (partial) headers["Content-Range"] = `bytes ${from}-${to - 1}/${note.bytes}`;
  const body = bytesOf(cache, digest, note, from, to);
  return new Response(body, { status: partial ? 206 : 200, headers });
}

/**
 * The bytes of a range, each block hashed before any of it leaves the cache.
 * @param {Cache} cache
 * @param {string} digest
 * @param {Note} note
 * @param {number} from
 * @param {number} to
 */
function bytesOf(cache, digest, note, from, to) {
  let index = Math.floor(from / note.block);
  return new ReadableStream({
    async pull(controller) {
      const start = index * note.block;
      if (start >= to) return controller.close();
      const block = await intact(cache, digest, index, note.blocks[index]);
      if (!block) return controller.error(new Error("asset_corrupt"));
      controller.enqueue(block.subarray(Math.max(0, from - start), to - start));
      index += 1;
    },
  });
}

/** @param {Cache} cache @param {string} digest @param {number} index @param {string} expected */
async function intact(cache, digest, index, expected) {
  const url = blockUrl(digest, index);
  const kept = await cache.match(url);
  const block = kept && (await kept.arrayBuffer());
  if (block && (await sha256(block)) === expected) return new Uint8Array(block);
  await cache.delete(url);
  return null;
}
