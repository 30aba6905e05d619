import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { beforeEach, test } from "node:test";
import { Clock } from "../../player/src/clock.js";
import { Machine } from "../../player/src/machine.js";
import { Plans } from "../../player/src/plans.js";
import { Store } from "../../player/src/store.js";
import { forgetCaches, installCaches } from "./memory.js";

const NOW = 1767225600000;

/** @param {string} kid */
function keyOf(kid) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return { privateKey, jwk: { kid, kty: "EC", crv: "P-256", x, y } };
}

const former = keyOf("former");
const recovery = keyOf("recovery");
const newest = keyOf("newest");

/** @param {typeof former} key @param {object} change */
function signedBy(key, change) {
  const order = {
    format: 1,
    screen: "s_9",
    version: 1,
    manifest: "a".repeat(64),
    activate_at: NOW,
    issued_at: NOW,
    expires_at: NOW + 86400000,
    takeover: null,
    ...change,
  };
  const assignment = JSON.stringify(order);
  const how = { key: key.privateKey, dsaEncoding: /** @type {const} */ ("ieee-p1363") };
  const signature = sign("sha256", Buffer.from(assignment), how).toString("base64url");
  return { assignment, kid: key.jwk.kid, signature };
}

installCaches();

let databases = 0;
/** @type {Store} */
let store;
/** @type {string[]} */
let incidents;
/** @type {Plans} */
let plans;

/** A player that was started. @param {import("../../player/src/store.js").Credential} credential */
async function started(credential) {
  const made = new Plans({
    store,
    credential,
    clock: new Clock(
      () => 0,
      () => NOW,
    ),
    media: /** @type {any} */ ({ ensure: async () => {}, sweep: async () => {} }),
    machine: new Machine(),
    incident: (code, detail) => incidents.push(`${code} ${detail}`),
    changed: () => {},
    switched: () => {},
  });
  await made.restore();
  return made;
}

beforeEach(async () => {
  databases += 1;
  forgetCaches();
  globalThis.fetch = async () => new Response(null, { status: 404 });
  incidents = [];
  store = await Store.open(`keys-${databases}`);
  plans = await started({ token: "t", screen: "s_9", keys: [former.jwk, recovery.jwk] });
});

/** @param {object} message */
const stateOf = async (message) => (await plans.receive(message)).state;

for (const [name, key] of Object.entries({ former, recovery })) {
  test(`the ${name} key brings new ones, which count after a restart too`, async () => {
    const keys = [newest.jwk, recovery.jwk];
    assert.equal(await stateOf(signedBy(key, { version: 2, keys })), "accepted");
    plans.scope.end();

    const kept = await store.get("credential");
    assert.ok(kept);
    plans = await started(kept);

    assert.deepEqual(kept.keys, keys);
    assert.equal(await stateOf(signedBy(newest, { version: 3 })), "accepted");
    assert.equal(await stateOf(signedBy(former, { version: 4 })), "refused");
    assert.deepEqual(incidents, ["assignment_refused unknown_key"]);
    plans.scope.end();
  });
}

test("the order that brought them is taken once more, signed with what it brought", async () => {
  const change = { version: 2, keys: [newest.jwk, recovery.jwk] };
  await plans.receive(signedBy(former, change));

  assert.equal(await stateOf(signedBy(newest, change)), "accepted");

  assert.deepEqual(incidents, []);
  plans.scope.end();
});

test("a stranger's key brings nothing", async () => {
  const stranger = keyOf("newest");
  const change = { version: 2, keys: [stranger.jwk] };

  assert.equal(await stateOf(signedBy(stranger, change)), "refused");

  assert.deepEqual(plans.credential.keys, [former.jwk, recovery.jwk]);
  assert.deepEqual(incidents, ["assignment_refused unknown_key"]);
});
