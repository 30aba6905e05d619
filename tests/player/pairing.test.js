import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { enrolmentOf, Pairing } from "../../player/src/pairing.js";

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
