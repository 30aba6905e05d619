/** The service worker: in charge of a cold start without network and of answering /files/ from the cache. */
import { blockUrl, MEDIA_CACHE, noteUrl, openCache, rangeOf } from "./blocks.js";
import { sha256 } from "./protocol.js";

/** @typedef {import("./blocks.js").Note} Note */

// The build fills these in: the files of this release, their common digest, and the release's name.
const SHELL = /** @type {string[]} */ (/** @type {any} */ (globalThis).__SHELL__);
const CONTENT = /** @type {string} */ (/** @type {any} */ (globalThis).__CONTENT__);
const RELEASE = /** @type {string} */ (/** @type {any} */ (globalThis).__RELEASE__);

const worker = /** @type {any} */ (self);
const SHELLS = "anping-shell-";
const SHELL_CACHE = SHELLS + RELEASE;
const PAGE = "/player/";
const COUNT_CACHE = "anping-boots";
const COUNT = "/player/boots";
const MOST_BOOTS = 3;
const BOOT_MS = /** @type {number} */ (/** @type {any} */ (globalThis).__BOOT_MS__); // a minute

/** @typedef {{current: string, former: string, boots: number}} Releases caches of the shells, and boots in vain */

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "now") worker.skipWaiting();
  if (event.data === "claim") worker.clients.claim();
  if (event.data === "well") event.waitUntil(praise());
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const answer = answerTo(event);
  if (answer) event.respondWith(answer);
});

/** All of this release or nothing: a portal answers with a page of its own, with status 200. */
async function keepShell() {
  const files = await Promise.all(
    SHELL.map((path) => fetch(`${path}?release=${RELEASE}`, { cache: "reload" })),
  );
  const texts = await Promise.all(files.map((file) => file.clone().text()));
  if (!(await sha256(texts.join(""))).startsWith(CONTENT)) throw new Error(CONTENT);
  const cache = await openCache(SHELL_CACHE);
  await Promise.all(SHELL.map((path, index) => cache.put(path, files[index])));
}

/** @param {Partial<Releases>} change @returns {Promise<Releases>} */
async function note(change) {
  const cache = await openCache(COUNT_CACHE);
  const kept = await cache.match(COUNT);
  const fresh = { current: SHELL_CACHE, former: SHELL_CACHE, boots: 0 };
  const releases = { ...fresh, ...(kept && (await kept.json())), ...change };
  await cache.put(COUNT, new Response(JSON.stringify(releases)));
  return releases;
}

/** This release works. One that had to give way has no second turn: the next release has. */
async function praise() {
  if ((await note({})).boots <= MOST_BOOTS) await note({ boots: 0 });
}

/** The last release that worked stays, in case this one never gets to play. */
async function takeOver() {
  const { current, former, boots } = await note({});
  const kept = current === SHELL_CACHE || boots > MOST_BOOTS ? former : current;
  await note({ current: SHELL_CACHE, former: kept, boots: 0 });
  for (const name of await caches.keys()) {
    if (name.startsWith(SHELLS) && name !== SHELL_CACHE && name !== kept) await caches.delete(name);
  }
  await worker.clients.claim();
}

/**
 * @param {any} event
 * @returns {Promise<Response> | null} null: the network's business
 */
function answerTo(event) {
  const request = /** @type {Request} */ (event.request);
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return null;
  if (url.pathname.startsWith("/files/")) {
    // With a token it is the page that downloads; the worker holds none.
    return request.headers.has("authorization") ? null : answerFile(request, url);
  }
  if (url.pathname === PAGE && request.mode === "navigate") return answerPage(event);
  return /^\/player\/player\./.test(url.pathname) ? answerShell(request, url.pathname) : null;
}

/** Three boots that came to nothing: the former release has its turn. @param {any} event */
async function answerPage(event) {
  const boots = (await note({})).boots + 1;
  const { former } = await note({ boots });
  const fallen = boots > MOST_BOOTS;
  if (!fallen && former !== SHELL_CACHE) event.waitUntil(bootAgain(boots));
  return answerShell(event.request, PAGE, fallen ? former : SHELL_CACHE);
}

/** A page whose script can't even start can't reload itself. @param {number} boots */
async function bootAgain(boots) {
  await new Promise((done) => setTimeout(done, BOOT_MS));
  if ((await note({})).boots !== boots) return;
  for (const client of await worker.clients.matchAll({ type: "window" })) {
    if (new URL(client.url).pathname === PAGE) client.navigate(client.url);
  }
}

/** @param {Request} request @param {string} path @param {string} [cacheName] */
async function answerShell(request, path, cacheName) {
  const kept = await caches.match(path, { cacheName }).catch(() => null);
  return kept || fetch(request);
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
