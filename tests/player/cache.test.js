import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { blockUrl, noteUrl, openCache, rangeOf } from "../../player/src/blocks.js";
import { MediaCache } from "../../player/src/cache.js";
import { BLOCK_BYTES } from "../../player/src/protocol.js";
import { forgetCaches, installCaches, MemoryCache } from "./memory.js";

/** @param {Uint8Array} bytes */
const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");

const big = new Uint8Array(BLOCK_BYTES + 1000).map((_, index) => index % 251);
const blocks = [sha(big.subarray(0, BLOCK_BYTES)), sha(big.subarray(BLOCK_BYTES))];
/** @type {any} */
const film = { digest: sha(big), type: "video/mp4", kind: "video", bytes: big.length, blocks };
const small = new TextEncoder().encode("a picture");
/** @type {any} */
const picture = { digest: sha(small), type: "image/png", kind: "image", bytes: small.length };

/** @type {MemoryCache} */
let memory;
/** @type {MediaCache} */
let media;
/** @type {string[]} */
let incidents;
/** @type {{range: string | null, token: string | null}[]} */
let asked;
/** @type {(request: {from: number}) => Response} */
let serve;

beforeEach(() => {
  memory = new MemoryCache();
  incidents = [];
  asked = [];
  media = new MediaCache({
    cache: /** @type {any} */ (memory),
    token: () => "secret",
    incident: (code) => incidents.push(code),
  });
  globalThis.fetch = async (_, options) => {
    const headers = new Headers(options?.headers);
    const range = headers.get("Range");
    asked.push({ range, token: headers.get("Authorization") });
    return serve({ from: Number(/\d+/.exec(range ?? "0")) });
  };
});

afterEach(() => media.scope.end());

/** @param {Uint8Array<ArrayBuffer>} bytes */
const whole =
  (bytes) =>
  (/** @type {{from: number}} */ { from }) =>
    new Response(bytes.subarray(from), { status: from ? 206 : 200 });

test("a file is fetched with the screen's token and kept block by block", async () => {
  serve = whole(big);
  await media.ensure(film);

  assert.deepEqual(asked, [{ range: null, token: "Bearer secret" }]);
  assert.equal(memory.kept.get(blockUrl(film.digest, 0))?.length, BLOCK_BYTES);
  assert.equal(memory.kept.get(blockUrl(film.digest, 1))?.length, 1000);
  assert.deepEqual(JSON.parse(String(memory.kept.get(noteUrl(film.digest)))).blocks, blocks);
});

test("a download that was cut goes on at the first missing block", async () => {
  serve = () => new Response(big.subarray(0, BLOCK_BYTES + 10));
  await assert.rejects(media.download(film), { code: "cut_short" });
  serve = whole(big);
  await media.download(film);

  assert.equal(asked[1].range, `bytes=${BLOCK_BYTES}-`);
  assert.equal(await media.verify(film), true);
});

test("a server without ranges is taken from the start again", async () => {
  serve = () => new Response(big.subarray(0, BLOCK_BYTES + 10));
  await assert.rejects(media.download(film));
  serve = () => new Response(big);
  await media.download(film);

  assert.equal(await media.verify(film), true);
});

test("other bytes are never kept", async () => {
  serve = () => new Response("<html>portal</html>");
  await assert.rejects(media.download(picture));
  serve = () => new Response(new Uint8Array(small.length));
  await assert.rejects(media.download(picture), { code: "asset_corrupt" });

  assert.deepEqual([...memory.kept.keys()], [noteUrl("reserve")]);
});

test("a refusal is no file", async () => {
  serve = () => new Response("gone", { status: 404 });

  await assert.rejects(media.download(picture), { code: "http", status: 404 });
});

test("without block digests the whole digest is checked", async () => {
  serve = whole(small);
  await media.ensure(picture);

  assert.equal(await media.verify(picture), true);
});

test("a block that was spoilt on disk is thrown away before its first use and reported", async () => {
  serve = whole(small);
  await media.ensure(picture);
  memory.kept.set(blockUrl(picture.digest, 0), Buffer.from("spoilt"));
  media.doubt(picture.digest);

  assert.equal(await media.verify(picture), false);
  assert.deepEqual(incidents, ["asset_corrupt"]);
  assert.equal(memory.kept.has(blockUrl(picture.digest, 0)), false);
});

test("when the network is back a waiting download doesn't wait out its pause", async () => {
  serve = () => new Response(null, { status: 503 });
  const coming = media.ensure(picture);
  while (!asked.length) await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => setTimeout(done, 20));
  serve = whole(small);
  media.retryNow();
  await coming;

  assert.equal(asked.length, 2);
});

test("two who need a file share one download", async () => {
  serve = whole(small);
  await Promise.all([media.ensure(picture), media.ensure(picture)]);

  assert.equal(asked.length, 1);
});

test("sweeping removes what no plan needs and nothing else", async () => {
  serve = ({ from }) => whole(asked.length === 1 ? big : small)({ from });
  await media.ensure(film);
  await media.ensure(picture);
  await media.sweep(new Set([picture.digest]));

  assert.deepEqual(
    [...memory.kept.keys()].sort(),
    [noteUrl(picture.digest), blockUrl(picture.digest, 0), noteUrl("reserve")].sort(),
  );
});

test("records that need room get what was kept for them, and media wait until it is there again", async () => {
  serve = whole(small);
  await media.ensure(picture);
  await media.giveWay(new Set([picture.digest]));
  assert.equal(memory.kept.has(noteUrl("reserve")), false);

  memory.put = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const before = asked.length;
  await assert.rejects(media.download(film), { name: "QuotaExceededError" });
  assert.equal(asked.length, before);
});

test("where volume costs, media wait for their hours and raise no incident", async () => {
  serve = whole(small);
  let open = false;
  media.mayLoad = () => open;
  const coming = media.ensure(picture);
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(asked.length, 0);
  open = true;
  media.retryNow();
  await coming;

  assert.equal(asked.length, 1);
  assert.deepEqual(incidents, []);
});

test("an hour that ends stops a download at a block, which goes on there in the next", async () => {
  serve = whole(big);
  let left = 1;
  media.mayLoad = () => left-- > 0;
  await assert.rejects(media.download(film), { code: "metered" });
  media.mayLoad = () => true;
  await media.ensure(film);

  assert.deepEqual(
    asked.map(({ range }) => range),
    [null, `bytes=${BLOCK_BYTES}-`],
  );
});

test("what an emergency needs comes over any network", async () => {
  serve = whole(small);
  media.mayLoad = () => false;
  await media.ensure(picture, true);

  assert.equal(asked.length, 1);
});

/** What is left of a cache that fails at everything in this way. @param {string} name */
async function leftOfFailing(name) {
  installCaches();
  const cache = await caches.open("media");
  await cache.put("/files/a", new Response("kept"));
  cache.keys = async () => {
    throw new DOMException("", name);
  };
  await openCache("media");
  const left = await (await caches.open("media")).match("/files/a");
  forgetCaches();
  return left?.text();
}

test("a cache that a power cut left in pieces begins empty", async () => {
  assert.equal(await leftOfFailing("UnknownError"), undefined);
});

test("a cache that can't be read for another reason loses nothing", async () => {
  assert.equal(await leftOfFailing("AbortError"), "kept");
});

/** @type {[string | null, [number, number, boolean] | null][]} */
const ranges = [
  [null, [0, 100, false]],
  ["bytes=0-", [0, 100, true]],
  ["bytes=10-19", [10, 20, true]],
  ["bytes=90-500", [90, 100, true]],
  ["bytes=-10", [90, 100, true]],
  ["bytes=-500", [0, 100, true]],
  ["bytes=100-", null],
  ["bytes=20-10", null],
  ["lines=1-2", [0, 100, false]],
];
for (const [header, expected] of ranges) {
  test(`of 100 bytes, ${header ?? "no range"} is ${expected ? expected.slice(0, 2) : "416"}`, () => {
    assert.deepEqual(rangeOf(header, 100), expected);
  });
}
