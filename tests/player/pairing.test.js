import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { beforeEach, test } from "node:test";
import { enrolmentOf, Pairing } from "../../player/src/pairing.js";
import { vectors } from "./vectors.js";

const offer = {
  device_code: "d1",
  user_code: "7K3M-9QXA",
  verification_uri: "https://host/pair",
  expires_in: 600,
  interval: 3,
};
const granted = { access_token: "secret", token_type: "Bearer", screen_id: "s_9", keys: [] };

/** @type {[number, object][]} */
let script;
/** @type {{path: string, body: any}[]} */
let asked;
/** @type {(string | undefined)[]} */
let shown;
/** @type {number[]} */
let pauses;

beforeEach(() => {
  script = [];
  asked = [];
  shown = [];
  pauses = [];
  globalThis.fetch = async (path, options) => {
    asked.push({ path: String(path), body: JSON.parse(String(options?.body)) });
    const [status, answer] = script.shift() ?? [500, {}];
    if (!status) throw new TypeError("no network");
    return new Response(JSON.stringify(answer), { status });
  };
});

/** A pairing whose pauses take no time. @param {object} [more] */
function pairing(more) {
  const made = new Pairing({
    about: { player: "1.0.0" },
    show: (one) => shown.push(one?.user_code),
    ...more,
  });
  made.scope.sleep = async (ms) => {
    pauses.push(ms);
  };
  return made;
}

test("it shows the code and waits the stated interval until a person has entered it", async () => {
  script = [
    [201, offer],
    [400, { error: "authorization_pending" }],
    [200, granted],
  ];
  const credential = await pairing().run();

  assert.deepEqual(credential, { token: "secret", screen: "s_9", keys: [] });
  assert.deepEqual(shown, [undefined, "7K3M-9QXA"]);
  assert.deepEqual(pauses, [3000, 3000]);
  assert.deepEqual(asked[1].body, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: "d1",
  });
});

test("asked to slow down it waits five seconds longer", async () => {
  script = [
    [201, offer],
    [400, { error: "slow_down" }],
    [200, granted],
  ];
  await pairing().run();

  assert.deepEqual(pauses, [3000, 8000]);
});

test("when the code ends it gets a new one", async () => {
  script = [
    [201, offer],
    [400, { error: "expired_token" }],
    [201, { ...offer, user_code: "AAAA-BBBB" }],
    [200, granted],
  ];
  await pairing().run();

  assert.deepEqual(shown, [undefined, "7K3M-9QXA", "AAAA-BBBB"]);
});

test("a poll that is lost is no end of the code", async () => {
  script = [
    [201, offer],
    [0, {}],
    [200, granted],
  ];

  assert.equal((await pairing().run()).screen, "s_9");
});

test("without network it shows no code and keeps trying, ever slower", async () => {
  script = [
    [0, {}],
    [503, {}],
    [0, {}],
    [201, offer],
    [200, granted],
  ];
  await pairing().run();

  assert.deepEqual(shown.slice(0, 5), [undefined, undefined, undefined, undefined, "7K3M-9QXA"]);
  assert.ok(pauses[0] >= 500 && pauses[0] <= 1000);
  assert.ok(pauses[2] >= 2000 && pauses[2] <= 4000);
});

test("every token request names the box, so that a lost answer costs another request", async () => {
  script = [
    [0, {}],
    [201, offer],
    [200, granted],
  ];
  const enrolment = { enrolment_key: "KEY", serial: "SN1" };
  script.splice(1, 0, [400, { error: "access_denied" }]);
  await pairing({ about: { player: "1.0.0", box: "B" }, enrolment }).run();

  const tokens = asked.filter(({ path }) => path.endsWith("/token"));
  assert.deepEqual(
    tokens.map(({ body }) => body.box),
    ["B", "B", "B"],
  );
});

test("an enrolment key binds without a code", async () => {
  script = [[200, granted]];
  const enrolment = enrolmentOf("#enrol=KEY&serial=SN%201");
  await pairing({ enrolment }).run();

  assert.deepEqual(asked[0].body, {
    grant_type: "enrolment_key",
    enrolment_key: "KEY",
    serial: "SN 1",
    player: "1.0.0",
  });
});

test("a refused enrolment key leaves the way by code", async () => {
  script = [
    [400, { error: "access_denied" }],
    [201, offer],
    [200, granted],
  ];
  const enrolment = { enrolment_key: "used up", serial: "SN1" };

  assert.equal((await pairing({ enrolment }).run()).screen, "s_9");
  assert.deepEqual(
    asked.map(({ path }) => path.split("/").pop()),
    ["token", "pairing", "token"],
  );
});

test("beside its code it asks again with its key, until a person lets it in", async () => {
  const pending = [400, { error: "authorization_pending" }];
  const denied = [400, { error: "access_denied" }];
  script = [denied, [201, offer], ...Array(6).fill(pending), denied, ...Array(7).fill(pending)];
  script.push([200, granted]);
  const enrolment = { enrolment_key: "KEY", serial: "SN1" };

  assert.equal((await pairing({ enrolment }).run()).screen, "s_9");
  const last = asked[asked.length - 1].body;
  assert.equal(last.grant_type, "enrolment_key");
  assert.equal(asked.filter(({ body }) => body.grant_type === "enrolment_key").length, 3);
});

test("without network the key isn't given up, and no code is shown", async () => {
  script = [
    [0, {}],
    [200, granted],
  ];
  const enrolment = { enrolment_key: "KEY", serial: "SN1" };

  assert.equal((await pairing({ enrolment }).run()).screen, "s_9");
  assert.deepEqual(shown, [undefined, undefined]);
});

test("an address without key enrols nothing", () => {
  assert.equal(enrolmentOf(""), null);
  assert.equal(enrolmentOf("#enrol=KEY"), null);
});

const worked = vectors("binding");
const pinned = { token: "old", screen: "s_9", keys: worked.pinned };
/** @type {string[]} */
let doubts;

/** A player that holds pins. @param {object} [more] */
function boundBefore(more) {
  doubts = [];
  const held = () => pinned;
  return pairing({
    pins: { held, refused: (/** @type {string} */ why) => doubts.push(why) },
    ...more,
  });
}

/** Let it run until it has paused so often; whether it was bound. @param {number} requests @param {Pairing} made */
async function upTo(requests, made) {
  const over = new Promise((done) => {
    made.scope.sleep = () => {
      if (asked.length < requests) return Promise.resolve();
      done(false);
      return new Promise(() => {});
    };
  });
  return await Promise.race([made.run().then(() => true), over]);
}

test("a bound player takes no credential without proof, by code or by key, and reports why", async () => {
  const foreign = { ...granted, keys: [{ kid: "evil", x: "", y: "" }] };
  const unproven = { ...granted, ...worked.cases[0].answer }; // for another asking
  script = [
    [200, foreign],
    [201, offer],
    [200, unproven],
    [200, foreign],
  ];
  const enrolment = { enrolment_key: "KEY", serial: "SN1" };
  const made = boundBefore({ enrolment });
  const bound = await upTo(4, made);

  assert.deepEqual(doubts, ["no_statement", "other_nonce", "no_statement"]);
  assert.equal(bound, false);
});

test("with a statement for its own asking it takes what was signed, not what is beside it", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const key = { kid: "mine", kty: "EC", crv: "P-256", x, y };
  const held = () => ({ token: "old", screen: "s_9", keys: [key] });
  const made = pairing({ pins: { held, refused: assert.fail } });
  script = [[201, offer]];
  const { fetch } = globalThis;
  globalThis.fetch = async (path, options) => {
    if (!String(path).endsWith("/token")) return fetch(path, options);
    const { rebinding } = JSON.parse(String(options?.body));
    const content = {
      ...rebinding,
      format: 1,
      screen: "s_12",
      former: rebinding.screen,
      issued_at: 1,
    };
    const statement = JSON.stringify({ ...content, keys: [key] });
    const how = { key: privateKey, dsaEncoding: /** @type {const} */ ("ieee-p1363") };
    const signature = sign("sha256", Buffer.from(statement), how).toString("base64url");
    const binding = { statement, kid: "mine", signature };
    return Response.json({ ...granted, screen_id: "s_12", keys: worked.pinned, binding });
  };

  assert.deepEqual(await made.run(), { token: "secret", screen: "s_12", keys: [key] });
});

test("one code's polls share their nonce with its making, the next code has another", async () => {
  /** @type {[number, object]} */
  const pending = [400, { error: "authorization_pending" }];
  script = [[201, offer], pending, [400, { error: "expired_token" }], [201, offer], pending];
  await upTo(5, boundBefore());

  const nonces = asked.slice(0, 5).map(({ body }) => body.rebinding.nonce);
  assert.equal(new Set(nonces.slice(0, 3)).size, 1);
  assert.equal(new Set(nonces.slice(3)).size, 1);
  assert.notEqual(nonces[0], nonces[3]);
  assert.equal(asked[0].body.rebinding.screen, "s_9");
});

test("a fresh player asks without, and what has not the form of a code is never shown", async () => {
  script = [
    [201, { ...offer, user_code: "打款到 6222 0000" }],
    [201, offer],
    [200, granted],
  ];
  await pairing().run();

  assert.deepEqual(shown, [undefined, undefined, "7K3M-9QXA"]);
  assert.ok(asked.every(({ body }) => !("rebinding" in body)));
});
