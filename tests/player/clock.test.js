import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../player/src/clock.js";

const SERVER = 1767225600000;

/** A machine whose two clocks are moved by hand. */
function machine(wallMs = SERVER) {
  const time = { mono: 0, wall: wallMs };
  const clock = new Clock(
    () => time.mono,
    () => time.wall,
  );
  return {
    clock,
    time,
    pass(/** @type {number} */ ms) {
      time.mono += ms;
      time.wall += ms;
    },
  };
}

test("the first exchange sets the clock to the middle of its round trip", () => {
  const { clock, pass } = machine(0);
  pass(1000);

  assert.equal(clock.sample(900, SERVER + 950, 1000), true);
  assert.equal(clock.now(), SERVER + 1000);
  assert.deepEqual(clock.note(), { offset_ms: SERVER, uncertainty_ms: 50 });
});

test("of two exchanges the one with the shorter round trip wins", () => {
  const { clock, pass } = machine();
  pass(1000);
  clock.sample(990, SERVER + 995, 1000);
  pass(400);
  clock.sample(1000, SERVER + 1390, 1400);

  assert.equal(Math.round(clock.now()), SERVER + 1400);
});

test("uncertainty grows by 100 ppm of the age of the exchange", () => {
  const { clock, pass } = machine();
  clock.sample(0, SERVER + 10, 20);
  pass(600020);

  assert.equal(clock.note()?.uncertainty_ms, 70);
});

test("an older exchange gives way once its age costs more than a worse new one", () => {
  const { clock, pass } = machine();
  clock.sample(0, SERVER, 2);
  pass(3600000);
  clock.sample(3599900, SERVER + 3600000 + 40, 3600000);

  assert.equal(clock.best()?.halfTripMs, 50);
});

test("a small error is slewed, so that no picture hurries, and ends where it should", () => {
  const { clock, pass } = machine();
  clock.sample(0, SERVER, 0);
  pass(10000);
  const before = clock.now();
  clock.sample(10000, SERVER + 10000 + 300, 10000);

  assert.ok(Math.abs(clock.now() - before) <= 200);
  pass(60000);
  assert.equal(clock.now(), SERVER + 70300);
});

test("an error above half a second is stepped", () => {
  const { clock, pass } = machine();
  clock.sample(0, SERVER, 0);
  pass(1000);

  assert.equal(clock.sample(1000, SERVER + 1000 + 501, 1000), true);
  assert.equal(clock.now(), SERVER + 1501);
});

test("an answer that is no number is ignored", () => {
  const { clock } = machine();

  assert.equal(clock.sample(0, Number.NaN, 10), false);
  assert.equal(clock.isSynced(), false);
  assert.equal(clock.note(), null);
});

test("a cold start offline goes on from the kept offset and reports that", () => {
  const { clock } = machine(SERVER + 5000000);
  clock.restore({ deltaMs: -5000, serverMs: SERVER, uncertaintyMs: 12 });

  assert.equal(clock.now(), SERVER + 4995000);
  assert.deepEqual(clock.note(), {
    offset_ms: SERVER + 4995000,
    uncertainty_ms: 512,
    source: "stored",
  });
});

test("a wall clock behind the last server time that it had claims nothing and goes on from there", () => {
  const { clock, pass } = machine(0);
  clock.restore({ deltaMs: 0, serverMs: SERVER, uncertaintyMs: 12 });
  pass(500);

  assert.equal(clock.now(), SERVER + 500);
  assert.equal(clock.note(), null);
});

test("expiry is never judged earlier than what is proven", () => {
  const { clock } = machine(SERVER - 1000);
  clock.raiseFloor(SERVER);

  assert.equal(clock.latest(), SERVER);
});

test("what is kept for the next boot is measured, never itself kept", () => {
  const { clock } = machine(SERVER - 3000);
  clock.restore({ deltaMs: 0, serverMs: SERVER - 9000, uncertaintyMs: 1 });
  assert.equal(clock.toKeep(), null);

  clock.sample(0, SERVER, 0);
  assert.deepEqual(clock.toKeep(), { deltaMs: 3000, serverMs: SERVER, uncertaintyMs: 0 });
});

test("a suspend of 60 ms starts a new era, one of two seconds asks for new exchanges", () => {
  const { clock, time, pass } = machine();
  clock.sample(0, SERVER, 0);
  pass(1000);
  assert.equal(clock.noticeJump(), false);
  assert.equal(clock.era, 0);

  time.wall += 60;
  assert.equal(clock.noticeJump(), false);
  assert.equal(clock.era, 1);

  time.wall += 2000;
  assert.equal(clock.noticeJump(), true);
  assert.equal(clock.exchanges.length, 0);
  assert.equal(clock.now(), SERVER + 1000);
});
