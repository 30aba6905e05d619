/** Releases of the player in a real Chromium: updates, one that can't start, one that withdraws the worker. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makePlayer, makeRelease } from "../../../deploy/build/player.mjs";
import { until } from "../patience.js";
import { filmed, isGreen, isRed, neverBlack } from "./film.js";
import { Scene } from "./scene.js";

const HASTE = { bootMs: 3000 }; // for what can't start
// For a good one: what a busy machine needs, and no more, as another can't take over before that is over.
const UNHURRIED = { bootMs: 40_000 };
const UPDATE = 'navigator.serviceWorker.getRegistration("/player/").then((one) => one.update())';
const WITHDRAWN = `
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.registration.unregister();
  for (const client of await self.clients.matchAll({ type: "window" })) client.navigate(client.url);
})()));`;

const first = await makePlayer({ version: "1.0.1" });
const assigned = await makeRelease({ ...UNHURRIED, version: "1.0.2" });
const second = assigned.files;
const broken = await makeRelease({ ...HASTE, script: 'throw new Error("broken release");' });
const mixed = await makePlayer({ version: "1.0.3" });
for (const name of Object.keys(mixed)) {
  if (/^player\..*js$/.test(name)) mixed[name] = "<h1>Log in</h1>";
}

// The page comes from its worker's cache, on a slow disk later than the next picture.
const SLOW_DISK = `
const { match } = CacheStorage.prototype;
CacheStorage.prototype.match = async function (wanted, options) {
  if (wanted === "/player/") await new Promise((done) => setTimeout(done, 5000));
  return match.call(this, wanted, options);
};`;
const third = await makeRelease({ ...UNHURRIED, version: "1.0.4" });

const scene = new Scene(first);
const { browser, server } = scene;
const WORKERS = `navigator.serviceWorker.getRegistration("/player/").then((one) => JSON.stringify({
  controller: navigator.serviceWorker.controller?.scriptURL,
  ...Object.fromEntries(["installing", "waiting", "active"].map((name) =>
    [name, one?.[name] && [one[name].scriptURL, one[name].state]])),
}))`;
/** @param {string} version */
const runs = (version) =>
  scene
    .beats(version, (beat) => beat.player.startsWith(`${version}+`))
    .catch(async (error) => {
      throw new Error(`${error.message} ${await browser.run(WORKERS)}`);
    });

before(() => scene.begin());
after(() => scene.end());

test("the worker answers whole and in ranges from the cache, and a miss is 404", async () => {
  const { digest, bytes } = scene.red;
  const asked = server.refusals.length;
  const answers = await browser.run(`(async () => {
    const ask = async (digest, range) => {
      const answer = await fetch("/files/" + digest, range ? { headers: { Range: range } } : {});
      const { byteLength } = await answer.arrayBuffer();
      return [answer.status, byteLength, answer.headers.get("Content-Range")];
    };
    return [
      await ask("${digest}"), await ask("${digest}", "bytes=2-11"),
      await ask("${digest}", "bytes=${bytes}-"), await ask("${"0".repeat(64)}"),
    ];
  })()`);

  assert.deepEqual(answers, [
    [200, bytes, null],
    [206, 10, `bytes 2-11/${bytes}`],
    [416, 0, `bytes */${bytes}`],
    [404, 0, null],
  ]);
  assert.equal(server.refusals.length, asked);
});

test("the worker's scope is /player/, and the browser never caches its script", async () => {
  const registration = await browser.run(`navigator.serviceWorker.getRegistration("/player/").then(
    ({ scope, updateViaCache }) => [new URL(scope).pathname, updateViaCache])`);

  assert.deepEqual(registration, ["/player/", "none"]);
});

test("a new release takes over while a picture is on the glass, never by way of black", async () => {
  await scene.restore();
  server.release = second;
  server.assigned = assigned.player;
  const colours = await filmed(browser, async () => {
    await runs("1.0.2");
    await scene.plays();
  });

  neverBlack(colours);
  assert.ok(colours.some(isRed) && colours.some(isGreen), `${colours.length} frames, no change`);
});

/** The second release runs, whatever ran before. */
async function onTheSecond() {
  await scene.restore();
  server.release = second;
  server.assigned = assigned.player;
  await runs("1.0.2");
}

test("a release with a portal's page in place of a file of its own is not kept", async () => {
  await onTheSecond();
  const shells = "caches.keys().then((all) => all.filter((name) => /shell/.test(name)).join())";
  const before = await browser.run(shells);
  server.release = mixed;
  await browser.run(UPDATE);
  const given = `navigator.serviceWorker.getRegistration("/player/").then(
    ({ installing, waiting }) => !installing && !waiting)`;
  await until("given up", () => browser.run(given));

  assert.equal(await browser.run(shells), before);
  await scene.plays();
  await runs("1.0.2");
});

test("a release that can't start is tried three times, then the former one plays and stays", async () => {
  await onTheSecond();
  server.release = broken.files;
  server.assigned = broken.player;
  const release = broken.player.split("+")[1];
  await scene.beats("who gave up", (beat) => beat.gave_up === release);
  await scene.plays();
  await runs("1.0.2");
  await browser.kill();
  await browser.restart(scene.address ?? "");
  await scene.plays();

  await runs("1.0.2");
});

test("a release whose page takes longer to load than a picture is shown takes over", async () => {
  await onTheSecond();
  server.release = { ...third.files, "sw.js": SLOW_DISK + third.files["sw.js"] };
  server.assigned = third.player;
  server.kick();
  const atWork = `navigator.serviceWorker.getRegistration("/player/").then(({ active }) =>
    active.scriptURL.endsWith("${third.player.split("+")[1]}"))`;
  const workers = () => browser.run(WORKERS);
  await until("the third's worker", () => browser.run(atWork), workers); // once the second's has seen its page begin
  await runs("1.0.4");

  await scene.plays();
});

test("a worker that withdraws itself leaves a page that plays without one", async () => {
  await scene.restore();
  server.release = { ...second, "sw.js": WITHDRAWN };
  await browser.run(UPDATE);
  const alone = () => browser.run("navigator.serviceWorker.controller === null");
  await until("a page on its own", alone);
  await scene.plays();

  await until("a page on its own still", alone);
  await scene.handsInOnce();
});
