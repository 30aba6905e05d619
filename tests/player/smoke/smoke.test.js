/** One screen's day in a real Chromium against a small server: needs `npm run build`, chromium and ffmpeg. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { must } from "../defect.js";
import { until } from "../patience.js";
import { Browser } from "./browser.js";
import { filmed, isGreen, isRed, neverBlack } from "./film.js";
import { clip, garbage, picture } from "./pictures.js";
import { countedOnce } from "./records.js";
import { FakeServer } from "./server.js";

/** @typedef {import("./server.js").Kept} Kept */

const HOUR = 3600e3;
const NEAR_MS = 2000; // what the server forgives between a play and its slot (docs/protocol.md)
const PUNCTUAL_MS = 900; // later than 1000 ms is a late join by the player's own rule
const FAILED = 2;

const server = new FakeServer();
const browser = new Browser();
const [red, green, blue, white] = ["red", "green", "blue", "white"].map((color) =>
  server.add(picture(color)),
);
const film = server.add(clip(10));
const broken = server.add(garbage());
const WHOLE_MS = 10000; // of a slot whose play has to be whole, on a busy machine too
const QUICK_MS = 3000; // of one that only has to come
/** By slots: place among the assets, campaign. */
const ORDER = [
  [0, 0],
  [2, 0],
  [1, -1],
];
let anchor = 0;
let base = "";
let address = "";
let port = 0;

/** A loop of equal slots. @param {number} slotMs @param {number[][]} order */
const equal = (slotMs, order) => ({
  period_ms: order.length * slotMs,
  slots: order.map((row, index) => [index * slotMs, slotMs, ...row]),
});

/** @param {object} [change] */
const planOf = (change) => ({
  format: 1,
  timezone: "Asia/Shanghai",
  assets: [red, green, film, blue],
  campaigns: ["k1"],
  loops: { L1: equal(QUICK_MS, ORDER) },
  segments: [{ from: anchor, until: anchor + 24 * HOUR, loop: "L1", anchor }],
  fallback: 3,
  fit: "contain",
  sound: false,
  ...change,
});
const onGlass = (/** @type {any} */ asset) => (/** @type {any} */ facts) =>
  facts.asset === asset.digest;
/** @template T @param {T[]} rows */
const last = (rows) => rows[rows.length - 1];
const online = () => browser.run('dispatchEvent(new Event("online"))');

/**
 * Whatever a test before left: bound, connected, on the base loop. A loop begins as this is called first.
 * @param {number} [slotMs]
 */
async function onTheLoop(slotMs = QUICK_MS) {
  server.paired = true;
  anchor ||= Date.now();
  base = server.publish(planOf({ loops: { L1: equal(slotMs, ORDER) } }));
  server.assign({ manifest: base });
  const version = String(server.version);
  await online();
  await browser.until(
    "the base loop",
    (facts) =>
      facts.version === version &&
      facts.manifest === base &&
      facts.state === "playing" &&
      facts.link === "up",
  );
}

/** So many changes of the picture, by the page's own word. @param {number} count */
async function changes(count) {
  for (let done = 0; done < count; done += 1) {
    const { asset } = await browser.facts();
    await browser.until("another picture", (facts) => !!facts.asset && facts.asset !== asset);
  }
}

/** Reload the page and wait until the new one plays. */
async function reload() {
  await browser.run("window.former = true; location.reload()");
  const state = "!window.former && document.body.dataset.state";
  await until("the new page", async () => (await browser.run(state)) === "playing");
}

/**
 * A beat that reports it; one comes with each connection, so that is cut.
 * @param {string} what
 * @param {(beat: any) => unknown} holds
 * @param {number} [had] so many beats are older
 */
async function beats(what, holds, had = server.beats.length) {
  server.kick();
  return until(what, () => server.beats.slice(had).find(holds));
}

/** @param {string} code of an incident @param {number} [had] */
const reports = (code, had) =>
  beats(
    code,
    ({ incidents }) => incidents.some((/** @type {any} */ one) => one.code === code),
    had,
  );

/**
 * A play that was handed in.
 * @param {string} what
 * @param {(play: Kept) => boolean} holds
 * @param {number} [had] so many plays are older
 * @returns {Promise<Kept>}
 */
function played(what, holds = () => true, had = server.plays.length) {
  return until(what, () => /** @type {Kept} */ (server.plays.slice(had).find(holds)));
}

/** The plays of a whole cycle, after one that may have been joined. @returns {Promise<Kept[]>} */
async function wholeCycle() {
  await played("a play of the loop", ({ manifest }) => manifest === base);
  const had = server.plays.length;
  for (const count of ORDER.keys()) {
    await until(`play ${count + 1}`, () => server.plays.length > had + count);
  }
  return server.plays.slice(had, had + ORDER.length);
}

/** How many slots of the base loop were before it. @param {Kept} play */
const placeOf = ({ cycle, slot }) => cycle * ORDER.length + slot;

/** By the play's own record. @param {Kept} play @returns {number} ms after its slot's start */
const lateness = (play) => play.start - anchor - placeOf(play) * WHOLE_MS;

/** A machine too busy to show it reports that itself: late by a second, or frozen. @param {Kept} play */
const isExcused = (play) => lateness(play) > PUNCTUAL_MS || play.error === "stalled";

before(async () => {
  port = await server.listen();
  address = `http://127.0.0.1:${port}/player/`;
  await browser.open(address);
});

after(async () => {
  await browser.kill();
  await server.close();
  browser.forget();
});

test("a fresh page shows its code", async () => {
  await browser.until("pairing", (facts) => facts.state === "pairing");
  const words = () => browser.run("document.body.innerText");

  await until("the code", async () => /7K3M-9QXA/.test(await words()));
});

test("once paired it plays each slot once, whole, at its place in the server's time", async () => {
  await onTheLoop(WHOLE_MS);
  const plays = await wholeCycle();
  console.log(`late: ${plays.map((play) => Math.round(lateness(play)))} ms`);

  const places = plays.map(placeOf);
  must(
    places.every((place, index) => place === places[0] + index),
    `slots ${places} in turn`,
  );
  const wrong = plays.filter((play) => Math.abs(lateness(play)) > NEAR_MS && !isExcused(play));
  assert.deepEqual(wrong, []);
  const lost = plays.filter(({ state, cause }) => state !== 0 || cause !== 0);
  assert.deepEqual(
    lost.filter((play) => !isExcused(play)),
    [],
  );
  assert.ok(lost.length < plays.length, "nothing was shown whole");
  assert.equal(server.acks[0].state, "accepted");
});

test("between pictures and videos there is never a black frame", async () => {
  await onTheLoop();
  const colours = await filmed(browser, () => changes(ORDER.length));

  neverBlack(colours);
  assert.ok(colours.some(isRed) && colours.some(isGreen), `${colours.length} frames, no change`);
  assert.ok(
    colours.some((one) => !isRed(one) && !isGreen(one)),
    "the clip isn't on the film",
  );
});

test("a switch is reported once, and beats contain what is on", async () => {
  await onTheLoop();
  const manifest = server.publish(planOf({ campaigns: ["k2"] }));
  server.assign({ manifest });
  const of = () => server.switches.filter((one) => one.manifest === manifest);
  await until("the switch", () => of().length);
  await beats("what is on", (beat) => beat.on_air?.manifest === manifest);

  assert.equal(of().length, 1);
});

test("an acknowledgement that is lost costs a resend, not a count", async () => {
  await onTheLoop();
  const { again } = server;
  server.loseAcks = 1;
  await until("the resend", () => server.loseAcks === 0 && server.again > again);
  await played("a play after it");

  countedOnce(server.plays);
});

test("a takeover is shown at once and leaves when it is withdrawn", async () => {
  await onTheLoop();
  const had = server.plays.length;
  const now = Date.now();
  const takeover = {
    id: "t1",
    asset: white,
    from: now,
    until: now + HOUR,
    label: "",
    drill: false,
  };

  server.assign({ manifest: base, takeover });
  await browser.until(
    "the takeover",
    (facts) => facts.state === "takeover" && onGlass(white)(facts),
  );
  server.assign({ manifest: base });
  await browser.until("the loop", (facts) => facts.state === "playing");

  const record = await played("its record", ({ cause }) => cause === 1, had);
  const { manifest, segment, asset } = record;
  assert.deepEqual([manifest, segment, asset], [null, -1, white.digest]);
});

test("a revoked asset leaves the glass and its slots fail as revoked", async () => {
  await onTheLoop();
  const had = server.plays.length;
  server.assign({ manifest: base, revoked: [red.digest] });
  await browser.until("the fallback", onGlass(blue));
  const record = await played("the record", ({ error }) => error === "revoked", had);
  const isInstead = (/** @type {Kept} */ { cause, asset }) => cause === 4 && asset === blue.digest;

  assert.equal(record.state, FAILED);
  await played("the fallback's own record", isInstead, had);
});

/** @type {[string, string, (message: any, order: any) => any][]} */
const FORGERIES = [
  [
    "altered",
    "bad_signature",
    (message) => ({ ...message, assignment: message.assignment.replace("s_9", "s_8") }),
  ],
  ["unsigned", "bad_signature", (message) => ({ ...message, signature: "" })],
  ["of an unknown key", "unknown_key", (message) => ({ ...message, kid: "k9" })],
  [
    "for another screen",
    "other_screen",
    (_, order) => server.signed({ ...order, screen: "s_8", version: order.version + 1 }),
  ],
  [
    "of an older version",
    "old_version",
    (_, order) => server.signed({ ...order, version: order.version - 1 }),
  ],
];

for (const [kind, reason, forge] of FORGERIES) {
  test(`an order ${kind} changes nothing and is reported as ${reason}`, async () => {
    await onTheLoop();
    const { message } = server;
    const before = await browser.facts();
    const acks = server.acks.length;
    server.message = forge(message, JSON.parse(message.assignment));
    server.push();
    await until("the answer", () => server.acks.length > acks);
    server.message = message;

    const { state, reason: given } = last(server.acks);
    const after = await browser.facts();
    must(state === "refused", `an order ${kind} is ${state}`);
    must(after.version === before.version && after.manifest === before.manifest, `${kind} obeyed`);
    assert.equal(given, reason);
  });
}

test("a new plan takes over at a slot boundary", async () => {
  await onTheLoop();
  const loops = { L1: equal(QUICK_MS, [[1, 0]]) };
  const digest = server.publish(planOf({ loops }));

  server.assign({ manifest: digest, activate_at: Date.now() + 3000 });
  const of = () => server.switches.find(({ manifest }) => manifest === digest);
  const { at } = await until("the switch", of);

  assert.equal((at - anchor) % QUICK_MS, 0);
  await browser.until("green", onGlass(green));
});

test("a screenshot on command is a small JPEG", async () => {
  await onTheLoop();
  const { ok, result } = await server.command("screenshot");

  assert.ok(ok);
  assert.match(result.image, /^data:image\/jpeg;base64,/);
  assert.ok(result.image.length < 140000);
});

test("a power cut without the server: it plays on from what it has, and each play is handed in once", async () => {
  await onTheLoop();
  const { boot } = server;
  await server.close();
  try {
    await changes(1);
    await browser.kill();
    await browser.restart(address);
    await browser.until("playing", (facts) => facts.state === "playing");
    console.log(`played ${Math.round(await browser.run("performance.now()"))} ms after its start`);
    await changes(1);
  } finally {
    await server.listen(port);
  }
  await online();
  await played("a play of the second boot", (play) => play.boot !== boot);
  await played("a play after it", (play) => play.boot !== boot);

  countedOnce(server.plays);
  const cut = last(server.plays.filter((play) => play.boot === boot));
  assert.equal(cut.state, 1);
});

test("a lost database is rebuilt from the second copy without a new code", async () => {
  await onTheLoop();
  await browser.kill();
  rmSync(join(browser.profile, "Default", "IndexedDB"), { recursive: true });
  const had = server.beats.length;
  await browser.restart(address);
  await browser.until("playing", (facts) => facts.state === "playing");

  await reports("journal_rebuilt", had);
});

test("a spoilt block is never shown: it is fetched again and reported", async () => {
  await onTheLoop();
  const spoil = `caches.open("anping-media-1").then((cache) =>
    cache.put("/files/${red.digest}?block=0", new Response("spoilt")))`;
  const had = server.beats.length;
  await browser.run(spoil);
  await reload();
  await browser.until("red again", onGlass(red));

  await reports("asset_corrupt", had);
});

test("what the browser can't show is given up, recorded as failed, and something whole is shown", async () => {
  await onTheLoop();
  const assets = [broken, white, film, blue];
  const loops = {
    L1: equal(QUICK_MS, [
      [0, 0],
      [1, 0],
    ]),
  };
  const manifest = server.publish(planOf({ assets, loops }));
  const had = server.plays.length;
  const isGivenUp = (/** @type {Kept} */ play) =>
    play.manifest === manifest && play.slot === 0 && play.state === FAILED;
  server.assign({ manifest });
  await browser.until(
    "the fallback",
    (facts) => facts.manifest === manifest && onGlass(blue)(facts),
  );
  await browser.until("the next slot", onGlass(white));

  const { error, shown } = await played("its record", isGivenUp, had);
  assert.match(error ?? "", /^[a-z0-9_]+$/);
  assert.equal(shown, 0);
});

test("without sockets it polls, obeys and hands in by POST", async () => {
  await onTheLoop();
  await server.close();
  await server.listen(port, false);
  try {
    server.assign({ manifest: base });
    const version = String(server.version);
    await browser.until("the new order", (facts) => facts.version === version);
    await played("a play by POST");
  } finally {
    await server.close();
    await server.listen(port);
  }
  await online();
  await browser.until("the socket", (facts) => facts.link === "up");
});

test("off hours are black and no fault, and an expired order shows the built-in slide", async () => {
  await onTheLoop();
  const now = Date.now();
  const segments = [{ from: now - HOUR, until: now + HOUR, loop: null }];
  server.assign({ manifest: server.publish(planOf({ segments })) });
  await browser.until("black", (facts) => facts.state === "off_hours");

  const version = String(server.assign({ manifest: base, expires_at: Date.now() + 12000 }).version);
  await browser.until("the order", (facts) => facts.version === version);
  await browser.until("the end", (facts) => facts.state === "fallback" && facts.asset === "");

  assert.match(await browser.run("document.body.innerText"), /陌生来电不轻信/);
});

test("nothing threw and nothing broke the content policy", () => {
  const bad = browser.complaints.filter((text) => /exception|Error:/.test(text));
  const broke = browser.complaints.filter((text) => /Content Security/.test(text));

  must(!broke.length, `content policy: ${broke}`);
  assert.deepEqual(bad, []);
});
