/** What may go wrong around one screen, in a real Chromium: refusals, portals, spoilt bytes, full disks, other tabs. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { makePlayer } from "../../../deploy/build/player.mjs";
import { must } from "../defect.js";
import { until } from "../patience.js";
import { picture } from "./pictures.js";
import { Scene } from "./scene.js";

const scene = new Scene(await makePlayer({ doubtMs: 2000 }));
const { browser, server } = scene;
const ONLINE = 'dispatchEvent(new Event("online"))';
const linkIs = (/** @type {string} */ state) => (/** @type {any} */ facts) => facts.link === state;
const words = () => browser.run("document.body.innerText");

/** @param {Buffer} bytes the same but for one bit */
function spoilt(bytes) {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
}

before(() => scene.begin());
after(() => scene.end());
beforeEach(() => scene.restore());

test("a server that doesn't know the token stops nothing; later a code is shown in the corner", async () => {
  server.forgetful = true;
  server.paired = false;
  server.kick();
  await browser.until("stale", linkIs("stale"));
  await scene.plays();
  await until("the code", async () => /7K3M-9QXA/.test(await words()));
  assert.equal((await browser.facts()).state, "playing");

  server.forgetful = false;
  server.paired = true;
  await browser.run(ONLINE);
  await browser.until("registered again", linkIs("up"));
  await until("no code", async () => !/7K3M-9QXA/.test(await words()));
  await scene.handsInOnce();
});

test("a portal that answers everything with its own page changes nothing and is given nothing", async () => {
  server.portal = true;
  server.kick();
  await browser.until("down", linkIs("down"));
  const had = server.plays.length;
  const met = () => server.portalled.some((url) => url?.endsWith("/player/plays"));
  await until("a round of handing in that meets the portal", met);
  await scene.plays();
  must(server.plays.length === had, "a play came through a portal");

  server.portal = false;
  await browser.run(ONLINE);
  await browser.until("up", linkIs("up"));
  await scene.handsInOnce();
});

test("a file with one bit changed on the way is never shown, reported, and fetched again", async () => {
  const yellow = picture("yellow");
  const right = yellow.bytes;
  yellow.bytes = spoilt(right);
  server.add(yellow);
  const manifest = scene.publish([scene.red, yellow.asset]);
  server.assign({ manifest });
  await scene.reports("asset_corrupt");
  must((await browser.facts()).manifest !== manifest, "a plan with a spoilt file is on");

  yellow.bytes = right;
  await browser.until("yellow", ({ asset }) => asset === yellow.asset.digest);
});

test("a manifest with one letter changed is never followed, reported, and fetched again", async () => {
  const manifest = scene.publish([scene.red, scene.green, scene.green]);
  const text = server.manifests.get(manifest) ?? "";
  server.manifests.set(manifest, text.replace("Shanghai", "Shanghaj"));
  server.assign({ manifest });
  await scene.reports("manifest_corrupt");
  must((await browser.facts()).manifest !== manifest, "an altered plan is on");

  server.manifests.set(manifest, text);
  await browser.until("the plan", (facts) => facts.manifest === manifest);
});

test("an order older than the one it has changes nothing until the server goes above it", async () => {
  const { message, version } = server;
  const order = JSON.parse(message.assignment);
  const acks = server.acks.length;
  server.message = server.signed({ ...order, version: version - 3 });
  server.version = version - 3;
  server.kick();
  const answer = await until("the answer", () => server.acks.slice(acks)[0]);
  must(answer.state === "refused", `an older order is ${answer.state}`);
  assert.deepEqual([answer.version, answer.reason], [version - 3, "old_version"]);
  await scene.reports("assignment_refused");
  must((await browser.facts()).version === String(version), "an older order is obeyed");

  server.version = version;
  server.assign({ manifest: scene.publish([scene.red, scene.green]) });
  await browser.until("above", (facts) => facts.version === String(version + 1));
  await scene.plays();
});

test("media that don't fit leave room for records, and the loop plays on", async () => {
  const { origin } = new URL(scene.address ?? "");
  const usage = await browser.run("navigator.storage.estimate().then((one) => one.usage)");
  await browser.request("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 1000 });
  const white = server.add(picture("white"));
  const manifest = scene.publish([scene.red, scene.green, white]);
  server.assign({ manifest });
  await scene.reports("storage_full");
  await scene.handsInOnce();
  assert.notEqual((await browser.facts()).manifest, manifest);

  await browser.request("Storage.overrideQuotaForOrigin", { origin });
  await browser.until("the new plan", (facts) => facts.manifest === manifest);
  server.assign({ manifest: scene.publish([scene.red, scene.green]) });
  await scene.plays();
});

test("on a disk without any room the loop plays on, and its records come when there is room", async () => {
  const { origin } = new URL(scene.address ?? "");
  await browser.request("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  await scene.reports("storage_full"); // a play that the disk refused
  await scene.plays();

  await browser.request("Storage.overrideQuotaForOrigin", { origin });
  await scene.handsInOnce();
});

test("a second tab shows that it isn't the player, and the hidden one reports that it wasn't seen", async () => {
  const { tab, close } = await browser.openTab(scene.address ?? "");
  await until("the notice", async () => /另一窗口/.test(await tab.run("document.body.innerText")));
  const hidden = await browser.run("document.hidden");
  await until("slots that nobody saw", () => server.plays.some(({ error }) => error === "hidden"));
  await close();
  await scene.plays();

  assert.equal(hidden, true);
  const failed = server.plays.filter(({ error }) => error === "hidden");
  assert.ok(failed.every(({ state }) => state === 2));
});

test("nothing threw", () => {
  const bad = browser.complaints.filter((text) => /exception|Uncaught|Content Security/.test(text));

  assert.deepEqual(bad, []);
});
