import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";
import { Clock } from "../../player/src/clock.js";
import { Machine } from "../../player/src/machine.js";
import { Plans } from "../../player/src/plans.js";
import { sha256 } from "../../player/src/protocol.js";
import { Store } from "../../player/src/store.js";
import { forgetCaches, installCaches } from "./memory.js";

const NOW = 1767225600000;
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const { x = "", y = "" } = publicKey.export({ format: "jwk" });
const credential = {
  token: "t",
  screen: "s_9",
  keys: [{ kid: "k1", kty: "EC", crv: "P-256", x, y }],
};

/** @param {string} letter */
const asset = (letter) => ({
  digest: letter.repeat(64),
  kind: "image",
  type: "image/jpeg",
  bytes: 1,
  width: 1,
  height: 1,
});
/** @param {string} letter */
const manifestOf = (letter) =>
  JSON.stringify({
    format: 1,
    timezone: "Asia/Shanghai",
    assets: [asset(letter), asset("f")],
    campaigns: [],
    loops: { L1: { period_ms: 10000, slots: [[0, 10000, 0, -1]] } },
    segments: [{ from: NOW - 3600000, until: NOW + 3600000, loop: "L1", anchor: NOW - 3600000 }],
    fallback: 1,
    fit: "contain",
    sound: false,
  });

/** @param {object} change */
function messageOf(change) {
  const assignment = JSON.stringify({
    format: 1,
    screen: "s_9",
    version: 1,
    activate_at: NOW,
    issued_at: NOW,
    expires_at: NOW + 86400000,
    takeover: null,
    ...change,
  });
  const key = { key: privateKey, dsaEncoding: /** @type {const} */ ("ieee-p1363") };
  const signature = sign("sha256", Buffer.from(assignment), key).toString("base64url");
  return { assignment, kid: "k1", signature };
}

installCaches();

const MOST_MS = 1500;
let databases = 0;
/** @type {Store} */
let store;
/** @type {{mono: number}} */
let time;
/** @type {Map<string, Promise<void>>} */
let files;
/** @type {string[]} */
let incidents;
/** @type {Set<string>} what the last sweep had to leave */
let swept;
/** @type {Plans} */
let plans;

/** @returns {Plans} */
function freshPlans() {
  const clock = new Clock(
    () => time.mono,
    () => NOW + time.mono,
  );
  return new Plans({
    store,
    credential,
    clock,
    media: /** @type {any} */ ({
      ensure: ({ digest = "" }) => files.get(digest) ?? Promise.resolve(),
      sweep: async (/** @type {Set<string>} */ needed) => (swept = needed),
    }),
    machine: new Machine(),
    incident: (code) => incidents.push(code),
    changed: () => {},
    switched: () => {},
  });
}

beforeEach(async () => {
  databases += 1;
  forgetCaches();
  store = await Store.open(`plans-${databases}`);
  time = { mono: 0 };
  files = new Map();
  incidents = [];
  plans = freshPlans();
  globalThis.fetch = async () => new Response(null, { status: 404 });
});

afterEach(() => plans.scope.end());

/** Until what was ordered is ready, or waits for a file that the test holds back. */
async function soon() {
  const end = Date.now() + MOST_MS;
  do await new Promise((done) => setTimeout(done, 30));
  while (plans.machine.states.next === "fetching" && !waits() && Date.now() < end);
}

const waits = () => plans.wanted.some(({ digest = "" }) => files.has(digest));

/** Order a plan whose manifest was pushed. @param {string} letter @param {object} change */
async function order(letter, change) {
  const text = manifestOf(letter);
  const manifest = await sha256(text);
  await plans.takeBody(manifest, text);
  const answer = await plans.receive(messageOf({ manifest, ...change }));
  await soon();
  return { answer, manifest };
}

/** @param {number} ms */
async function pass(ms) {
  time.mono += ms;
  await plans.settle();
}

test("the first plan goes on air once its media are here", async () => {
  let arrive = () => {};
  files.set("a".repeat(64), new Promise((done) => (arrive = done)));
  const { answer, manifest } = await order("a", {});
  assert.deepEqual(answer, { version: 1, state: "accepted" });
  assert.equal(plans.next, null);

  arrive();
  await soon();
  await pass(1);
  assert.equal(plans.current?.digest, manifest);
  assert.deepEqual(await store.get("switched"), { version: 1, manifest, at: NOW });
});

test("a new plan waits for the slot boundary after its instant", async () => {
  await order("a", {});
  await pass(1);
  const { manifest } = await order("b", { version: 2, activate_at: NOW + 12000 });

  assert.equal(plans.next?.at, NOW + 20000);
  await pass(19998);
  assert.notEqual(plans.current?.digest, manifest);
  await pass(1);
  assert.equal(plans.current?.digest, manifest);
});

test("an instant on a boundary is kept exactly", async () => {
  await order("a", {});
  await pass(1);
  await order("b", { version: 2, activate_at: NOW + 20000 });

  assert.equal(plans.next?.at, NOW + 20000);
});

test("a picture that is swapped half a frame early takes its plan with it", async () => {
  await order("a", {});
  await pass(1);
  const { manifest } = await order("b", { version: 2, activate_at: NOW + 20000 });
  time.mono += 19992;

  await plans.settle(NOW + 20000);

  assert.equal(plans.current?.digest, manifest);
  assert.equal((await store.get("switched"))?.at, NOW + 20000);
});

/** Put on air by a clock that guesses, which is `ahead` of the server's; compared `later` ms after. */
async function comparedLater(/** @type {number} */ ahead, /** @type {number} */ later) {
  await order("a", {});
  await pass(100);
  time.mono += later;
  plans.clock.exchanges.length = 0;
  assert.equal(plans.clock.sample(time.mono, NOW - ahead + time.mono, time.mono), true);
  plans.reckonAgain();
  await new Promise((done) => setTimeout(done, 30));
  return ((await store.get("switched"))?.at ?? 0) - NOW;
}

test("a switch by a guessed time that would be still to come is put right before it is reported", async () => {
  assert.equal(await comparedLater(1500, 1000), -1500);
});

test("a small step leaves a switch where it is, as it is a boundary of slots", async () => {
  assert.equal(await comparedLater(1500, 30000), 0);
});

test("a switch by a clock that was an hour off is put right, and no more once it is reported", async () => {
  assert.equal(await comparedLater(3600000, 30000), -3600000);
  await store.put({ switched: null });
  plans.clock.sample(time.mono, NOW + time.mono, time.mono);
  await plans.amendSwitched();
  assert.ok(!(await store.get("switched")));
});

for (const how of ["was compared before", "was kept from an earlier boot"])
  test(`a switch by a clock that ${how} stays, whatever sleep or drift a later step makes up for`, async () => {
    if (how === "was compared before") plans.clock.sample(0, NOW, 0);
    else plans.clock.restore({ deltaMs: 0, serverMs: NOW, uncertaintyMs: 5 });
    assert.equal(await comparedLater(-60000, 30000), 0);
  });

test("until all media are here the old plan goes on, however late that gets", async () => {
  await order("a", {});
  await pass(1);
  files.set("b".repeat(64), new Promise(() => {}));
  await order("b", { version: 2, activate_at: NOW });
  await pass(600000);

  assert.equal(plans.situation().planAt(NOW + 600001)?.manifest.assets[0].digest, "a".repeat(64));
});

test("an order for the plan on air switches nothing but takes over takeover and revocation", async () => {
  const { manifest } = await order("a", {});
  await pass(1);
  await store.put({ switched: null });
  const takeover = {
    id: "t_1",
    asset: asset("d"),
    from: NOW,
    until: NOW + 60000,
    label: "",
    drill: false,
  };
  await plans.receive(messageOf({ version: 2, manifest, takeover, revoked: ["c".repeat(64)] }));
  await soon();

  assert.equal(plans.takeover?.id, "t_1");
  assert.ok(plans.revoked.has("c".repeat(64)));
  assert.equal(await store.get("switched"), undefined);
});

test("a takeover whose picture isn't here yet isn't shown", async () => {
  files.set("d".repeat(64), new Promise(() => {}));
  const takeover = { id: "t_1", asset: asset("d"), from: NOW, until: NOW + 60000, label: "" };
  await order("a", { takeover });

  assert.equal(plans.situation().takeover, null);
});

test("a revoked file isn't waited for", async () => {
  files.set("a".repeat(64), new Promise(() => {}));
  await order("a", { revoked: ["a".repeat(64)] });

  assert.notEqual(plans.next, null);
});

test("a refused order is answered, reported and changes nothing", async () => {
  await order("a", {});
  const answer = await plans.receive({ ...messageOf({ version: 9 }), kid: "k9" });

  assert.deepEqual(answer, { version: 1, state: "refused", reason: "malformed" });
  const other = await plans.receive({
    ...messageOf({ version: 9, manifest: "0".repeat(64) }),
    kid: "k9",
  });
  assert.deepEqual(other, { version: 9, state: "refused", reason: "unknown_key" });
  assert.equal(plans.version(), 1);
  assert.deepEqual(incidents, ["assignment_refused", "assignment_refused"]);
});

test("new keys replace the pins once accepted, and outlive a restart", async () => {
  const keys = [{ kid: "k2", kty: "EC", crv: "P-256", x, y }];
  await order("a", { keys });

  assert.deepEqual(plans.credential.keys, keys);
  assert.deepEqual((await store.get("credential"))?.keys, keys);
});

test("a manifest with other bytes than its name is thrown away and reported", async () => {
  assert.equal(await plans.takeBody("0".repeat(64), manifestOf("a")), false);
  assert.deepEqual(incidents, ["manifest_corrupt"]);
});

test("a signed manifest that can't be played never replaces a good one", async () => {
  await order("a", {});
  await pass(1);
  const text = "{}";
  const manifest = await sha256(text);
  await plans.takeBody(manifest, text);
  await plans.receive(messageOf({ version: 2, manifest }));
  await soon();
  await pass(60000);

  assert.equal(plans.current?.manifest.assets[0].digest, "a".repeat(64));
  assert.deepEqual(incidents, ["manifest_corrupt"]);
});

test("after a restart without network the plan on air and the one waiting are both there", async () => {
  const first = await order("a", {});
  await pass(1);
  const second = await order("b", { version: 2, activate_at: NOW + 20000 });

  plans = freshPlans();
  await plans.restore();
  await soon();
  assert.equal(plans.current?.digest, first.manifest);
  assert.equal(plans.next?.digest, second.manifest);
  assert.equal(plans.version(), 2);
});

test("a kept plan that was spoilt on disk is not played", async () => {
  const { manifest } = await order("a", {});
  await pass(1);
  await store.put({ current: { digest: manifest, text: manifestOf("b") } });

  plans = freshPlans();
  await plans.restore();
  assert.equal(plans.current, null);
  assert.ok(incidents.includes("manifest_corrupt"));
});

test("after expiry nothing of the plan is due, even if the clock was set back", async () => {
  await order("a", { expires_at: NOW + 1000 });
  await pass(1);
  plans.clock.raiseFloor(NOW + 1000);

  assert.equal(plans.situation().expiresAt, 0);
});
