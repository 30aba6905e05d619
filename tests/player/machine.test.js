import assert from "node:assert/strict";
import { test } from "node:test";
import { Machine, MOVES } from "../../player/src/machine.js";
import { flawOf } from "../../player/src/watchdog.js";

test("a fresh player may enrol and then play", () => {
  /** @type {string[]} */
  const seen = [];
  const machine = new Machine((region, state) => seen.push(`${region} ${state}`));

  for (const state of ["enrol", "load", "prepare", "play"]) machine.move("life", state);

  assert.deepEqual(seen, ["life enrol", "life load", "life prepare", "life play"]);
});

test("an illegal move is an error that names both states", () => {
  const machine = new Machine();

  assert.throws(() => machine.move("life", "play"), {
    code: "illegal_move",
    message: "illegal_move: life: boot -> play",
  });
});

test("staying is no move", () => {
  const machine = new Machine(() => assert.fail("no transition expected"));

  machine.move("link", "down");
});

test("every state that can be reached is listed", () => {
  for (const states of Object.values(MOVES)) {
    for (const next of Object.values(states).flat()) assert.ok(next in states, next);
  }
});

const still = { at: 0, hiddenMs: 0, frozenMs: 0, advancedMs: null, lengthMs: null };

test("a picture that was visible and moving has no flaw", () => {
  assert.equal(flawOf(still, { ...still, hiddenMs: 700 }, 15000), null);
});

test("a play that was hidden or frozen for more than a twentieth doesn't count", () => {
  assert.equal(flawOf(still, { ...still, hiddenMs: 800 }, 15000), "hidden");
  assert.equal(flawOf(still, { ...still, frozenMs: 800 }, 15000), "stalled");
});

test("a video must have advanced for 95 % of its time", () => {
  const video = { ...still, lengthMs: 15000 };

  assert.equal(flawOf(video, { ...video, advancedMs: 14300 }, 15000), null);
  assert.equal(flawOf(video, { ...video, advancedMs: 14000 }, 15000), "stalled");
});

test("a video shorter than its slot may end on its last frame", () => {
  const video = { ...still, lengthMs: 5000 };

  assert.equal(flawOf(video, { ...video, advancedMs: 4950 }, 10000), null);
});
