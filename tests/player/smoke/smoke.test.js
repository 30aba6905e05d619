/** One screen's day in a real Chromium against a small server: needs `npm run build`, chromium and ffmpeg. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser } from "./browser.js";
import { brightness, clip, garbage, picture } from "./pictures.js";
import { FakeServer } from "./server.js";

const HOUR = 3600e3;
const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

const server = new FakeServer();
const browser = new Browser();
const [red, green, blue, white] = ["red", "green", "blue", "white"].map((color) =>
  server.add(picture(color)),
);
const film = server.add(clip(3));
const broken = server.add(garbage());
let address = "";
let port = 0;

/** @param {object} [change] */
const loopOf = (change) => ({
  format: 1,
  timezone: "Asia/Shanghai",
  assets: [red, green, film, blue],
  campaigns: ["k1"],
  loops: {
    L1: {
      period_ms: 8000,
      slots: [
        [0, 2000, 0, 0],
        [2000, 3000, 2, 0],
        [5000, 1000, 1, 0],
        [6000, 2000, 0, -1],
      ],
    },
  },
  segments: [{ from: hour() - HOUR, until: hour() + 24 * HOUR, loop: "L1", anchor: hour() - HOUR }],
  fallback: 3,
  fit: "contain",
  sound: false,
  ...change,
});
const hour = () => Math.floor(Date.now() / HOUR) * HOUR;
const onGlass = (/** @type {any} */ asset) => (/** @type {any} */ facts) =>
  facts.asset === asset.digest;
/** @param {any} beat @returns {string[]} */
const codes = (beat) => beat.incidents.map((/** @type {any} */ one) => one.code);
/** @template T @param {T[]} rows */
const last = (rows) => rows[rows.length - 1];
/** @param {string} boot */
const seqs = (boot) => server.plays.filter((play) => play.boot === boot).map(({ seq }) => seq);

/** @param {string} what @param {() => unknown} holds @param {number} [ms] */
async function until(what, holds, ms = 20000) {
  for (const end = Date.now() + ms; !(await holds()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
  }
}

/**
 * When it came on the glass by the page's own word: whoever asks from outside learns of it later.
 * @param {any} asset
 * @returns {Promise<number>} ms
 */
async function comesAt({ digest }) {
  const told = `new Promise((done) => {
    const look = () => document.body.dataset.asset === "${digest}" && done(Date.now());
    new MutationObserver(look).observe(document.body, { attributes: true });
    look();
  })`;
  for (const end = Date.now() + 15000; Date.now() < end; await sleep(20)) {
    const at = await Promise.race([browser.run(told), sleep(15000)]);
    if (at) return at; // else the page has loaded itself anew
  }
  throw new Error(`never: ${digest}`);
}

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
  const words = () => browser.run("document.body.innerText");
  await browser.until("pairing", (facts) => facts.state === "pairing");

  await until("the code", async () => /7K3M-9QXA/.test(await words()));
});

test("once paired it plays the loop in step with the server's time", async () => {
  server.assign({ manifest: server.publish(loopOf({})) });
  server.paired = true;
  await browser.until("playing", (facts) => facts.state === "playing");

  await browser.until("the film", onGlass(film));
  for (const asset of [green, red, film]) {
    const into = ((await comesAt(asset)) - hour() + HOUR) % 8000;
    const start = { [film.digest]: 2000, [green.digest]: 5000, [red.digest]: 6000 }[asset.digest];
    assert.ok(Math.abs(into - start) < 250, `${into} against ${start}`);
  }
  assert.equal(server.acks[0].state, "accepted");
});

test("each slot is handed in once, completed, at its place", async () => {
  await until("six plays", () => server.plays.length >= 6);

  const whole = server.plays.slice(1, 6);
  assert.ok(whole.every((play) => play.state === 0 && play.cause === 0));
  for (const play of whole) {
    const [start] = loopOf({}).loops.L1.slots[play.slot];
    const off = ((play.start - hour() + HOUR - start + 4000) % 8000) - 4000;
    assert.ok(Math.abs(off) < 250, `${off} ms`); // the first clock exchanges of a busy machine
  }
});

test("between pictures and videos there is never a black frame", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anping-film-"));
  const count = await browser.film(folder, 18000); // a picture that stands is drawn once
  const light = brightness(folder);
  rmSync(folder, { recursive: true });

  assert.equal(light.length, count);
  assert.ok(count > 60, `${count} frames`);
  assert.ok(Math.min(...light) > 12, `the darkest has ${Math.min(...light)}`);
});

test("the switch is told once, and beats say what is on", async () => {
  server.kick();
  await until("a beat while playing", () => last(server.beats)?.state === "playing", 45000);

  assert.equal(server.switches.length, 1);
  assert.equal(last(server.beats).on_air.manifest, server.switches[0].manifest);
});

test("an acknowledgement that is lost costs a resend, not a count", async () => {
  server.loseAcks = 1;
  const had = server.plays.length;
  await until("more plays", () => server.plays.length >= had + 8 && server.loseAcks === 0, 40000);

  const [{ boot }] = server.plays;
  assert.deepEqual(
    seqs(boot),
    seqs(boot).map((_, index) => index + 1),
  );
});

test("a takeover is shown at once and leaves when it is withdrawn", async () => {
  const [{ manifest }] = server.switches;
  const now = Date.now();
  const takeover = {
    id: "t1",
    asset: white,
    from: now,
    until: now + HOUR,
    label: "",
    drill: false,
  };

  server.assign({ manifest, takeover });
  await browser.until("the takeover", (facts) => facts.state === "takeover", 3000);
  assert.ok(onGlass(white)(await browser.facts()));
  server.assign({ manifest });
  await browser.until("the loop", (facts) => facts.state === "playing", 3000);

  await until("its record", () => server.plays.some((play) => play.cause === 1));
  const record = server.plays.find((play) => play.cause === 1);
  assert.deepEqual([record?.manifest, record?.segment], [null, -1]);
});

test("a revoked asset leaves the glass within seconds and its slots fail as revoked", async () => {
  const [{ manifest }] = server.switches;

  server.assign({ manifest, revoked: [red.digest] });
  await browser.until("the fallback", onGlass(blue), 9000);
  await until("the record", () => server.plays.some((play) => play.error === "revoked"));
  const failed = server.plays.find((play) => play.error === "revoked");

  assert.equal(failed?.state, 2);
  await until("the fallback's own record", () =>
    server.plays.some((play) => play.cause === 4 && play.asset === blue.digest),
  );
  server.assign({ manifest });
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
    const { message, version } = server;
    await browser.until("the last order", (facts) => facts.version === String(version));
    const before = await browser.facts();
    const acks = server.acks.length;
    server.message = forge(message, JSON.parse(message.assignment));
    server.push();
    await until("the answer", () => server.acks.length > acks);
    server.message = message;

    const { state, reason: said } = last(server.acks);
    const after = await browser.facts();
    assert.deepEqual([state, said], ["refused", reason]);
    assert.deepEqual([after.version, after.manifest], [before.version, before.manifest]);
  });
}

test("a new plan takes over at a slot boundary", async () => {
  const loops = { L1: { period_ms: 2000, slots: [[0, 2000, 1, 0]] } };
  const digest = server.publish(loopOf({ loops }));

  server.assign({ manifest: digest, activate_at: Date.now() + 3000 });
  await until("the switch", () => server.switches.some(({ manifest }) => manifest === digest));

  const { at } = last(server.switches);
  assert.ok([0, 2000, 5000, 6000].includes((at - hour() + HOUR) % 8000));
  await browser.until("green", onGlass(green), 3000);
});

test("a screenshot on command is a small JPEG", async () => {
  const { ok, result } = await server.command("screenshot");

  assert.ok(ok);
  assert.match(result.image, /^data:image\/jpeg;base64,/);
  assert.ok(result.image.length < 140000);
});

test("without the server and after a power cut it plays on from what it has", async () => {
  const back = loopOf({});
  server.assign({ manifest: server.publish(back) });
  await until("the switch back", () => server.switches.length >= 3);
  await server.close();
  await sleep(4000);
  await browser.kill();

  await browser.restart(address);
  await browser.until("playing", (facts) => facts.state === "playing", 30000);
  const took = await browser.run("performance.now()");

  assert.ok(took < 4000, `${took} ms since the page began`);
  await sleep(9000);
});

test("back on the network it hands in every play exactly once, the cut one as partial", async () => {
  await server.listen(port);
  const boots = new Set(server.plays.map(({ boot }) => boot));
  await until(
    "the second boot's plays",
    () => server.plays.some(({ boot }) => !boots.has(boot)),
    90000,
  );
  await sleep(8000);

  for (const boot of new Set(server.plays.map((play) => play.boot))) {
    assert.deepEqual(
      seqs(boot),
      seqs(boot).map((_, index) => index + 1),
    );
  }
  const [first] = boots;
  const cut = last(server.plays.filter(({ boot }) => boot === first));
  assert.equal(cut.state, 1);
});

test("a lost database is rebuilt from the second copy without a new code", async () => {
  await browser.kill();
  rmSync(join(browser.profile, "Default", "IndexedDB"), { recursive: true });
  await browser.restart(address);
  await browser.until("playing", (facts) => facts.state === "playing", 30000);

  server.kick();
  await until(
    "the incident",
    () => server.beats.some((beat) => codes(beat).includes("journal_rebuilt")),
    45000,
  );
});

test("a spoilt block is never shown: it is fetched again and reported", async () => {
  const spoil = `caches.open("anping-media-1").then((cache) =>
    cache.put("/files/${red.digest}?block=0", new Response("spoilt")))`;
  await browser.run(spoil);
  await browser.run("location.reload()");
  await browser.until("playing", (facts) => facts.state === "playing", 30000);
  await browser.until("red again", onGlass(red), 20000);

  server.kick();
  await until(
    "the incident",
    () => server.beats.some((beat) => codes(beat).includes("asset_corrupt")),
    45000,
  );
});

test("what the browser can't show is given up, recorded as failed, and something whole stands", async () => {
  const assets = [broken, white, film, blue];
  const loops = {
    L1: {
      period_ms: 4000,
      slots: [
        [0, 2000, 0, 0],
        [2000, 2000, 1, 0],
      ],
    },
  };
  const manifest = server.publish(loopOf({ assets, loops }));
  server.assign({ manifest });
  await until("the switch", () => server.switches.some((one) => one.manifest === manifest));
  await browser.until("the fallback", onGlass(blue), 9000);
  await browser.until("the next slot", onGlass(white), 4000);
  const failed = () =>
    server.plays.find((play) => play.manifest === manifest && play.slot === 0 && play.state === 2);
  await until("its record", failed);

  assert.match(failed()?.error ?? "", /^[a-z0-9_]+$/);
  assert.equal(failed()?.shown, 0);
});

test("without sockets it polls, obeys and hands in by POST", async () => {
  const [{ manifest }] = server.switches;
  await server.close();
  await server.listen(port, false);
  server.assign({ manifest });
  const had = server.plays.length;

  const version = String(server.version);
  await browser.until("the new order", (facts) => facts.version === version, 60000);
  await until("plays by POST", () => server.plays.length > had, 60000);
  await browser.until("the loop", (facts) => facts.state === "playing");
  await server.close();
  await server.listen(port);
  await browser.run('dispatchEvent(new Event("online"))');
  await browser.until("the socket", (facts) => facts.link === "up", 5000);
});

test("off hours are black and no fault, and an expired order shows the built-in slide", async () => {
  const now = Date.now();
  const segments = [{ from: now - HOUR, until: now + HOUR, loop: null }];
  server.assign({ manifest: server.publish(loopOf({ segments })) });
  await browser.until("black", (facts) => facts.state === "off_hours");

  const [{ manifest }] = server.switches;
  server.assign({ manifest, expires_at: Date.now() + 4000 });
  await browser.until("the end", (facts) => facts.state === "fallback" && facts.asset === "", 9000);

  assert.match(await browser.run("document.body.innerText"), /陌生来电不轻信/);
});

test("nothing threw and nothing broke the content policy", () => {
  const bad = browser.complaints.filter((text) => /exception|Error:|Content Security/.test(text));

  assert.deepEqual(bad, []);
});
