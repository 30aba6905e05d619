/** A link that lives and one that fell silent, in hand time: the wire is played, and nothing waits for a clock. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Socket } from "../../player/src/socket.js";
import { HandTime } from "./handtime.js";

const [PING_MS, TIMEOUT_MS] = [25_000, 20_000];
const OPENED = `0${JSON.stringify({ pingInterval: PING_MS, pingTimeout: TIMEOUT_MS })}`;

/** A wire whose other end is the test. */
class Wire {
  constructor() {
    /** @type {string[]} */
    this.sent = [];
    this.closed = false;
    /** @type {(message: {data: string}) => void} */
    this.onmessage = () => {};
    wires.push(this);
  }

  /** @param {string} data */
  send(data) {
    this.sent.push(data);
  }

  close() {
    this.closed = true;
  }
}

/** @type {Wire[]} */
const wires = [];
const { WebSocket: real } = globalThis;
/** @type {HandTime} */
let time;
/** @type {string[]} */
let seen;
/** @type {Socket} */
let socket;

beforeEach(() => {
  time = new HandTime();
  wires.length = 0;
  seen = [];
  Object.assign(globalThis, { WebSocket: Wire });
  socket = new Socket("ws://x", () => ({}), {
    up: () => seen.push("up"),
    down: () => seen.push("down"),
    refused: (code) => seen.push(code),
    event: () => null,
  });
  socket.connect();
  wires[0].onmessage({ data: OPENED });
  wires[0].onmessage({ data: '40/screen,{"sid":"x"}' });
});

afterEach(() => {
  socket.end();
  Object.assign(globalThis, { WebSocket: real });
  time.restore();
});

test("a quiet connection stays up for a day as long as the heart beats, and each beat is answered", async () => {
  const beats = (24 * 3600e3) / PING_MS;
  for (let done = 0; done < beats; done += 1) {
    await time.advance(PING_MS);
    wires[0].onmessage({ data: "2" });
  }

  assert.deepEqual(seen, ["up"]);
  assert.equal(wires[0].sent.filter((data) => data === "3").length, beats);
});

test("a server that falls silent without closing is noticed after its interval and timeout", async () => {
  await time.advance(PING_MS + TIMEOUT_MS - 1);
  assert.deepEqual(seen, ["up"]);
  await time.advance(1);

  assert.deepEqual(seen, ["up", "down"]);
  assert.ok(wires[0].closed);
});

test("what was sent into a silent connection is answered by no_network, and it connects again", async () => {
  await time.advance(PING_MS + TIMEOUT_MS - 5000);
  const asked = assert.rejects(socket.request("beat", {}), { code: "no_network" });
  await time.advance(5000);
  await asked;
  await time.advance(60_000);

  assert.ok(wires.length > 1);
});
