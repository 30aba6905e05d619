import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { Server } from "socket.io";
import { WebSocket } from "ws";
import { Socket } from "../../player/src/socket.js";
import * as patience from "./patience.js";

Object.assign(globalThis, { WebSocket });

const PING_MS = 20;

/** @type {import("node:http").Server} */
let http;
/** @type {Server} */
let io;
/** @type {Socket} */
let socket;
/** @type {any[]} */
let seen;
/** @type {(what: string) => Promise<void>} */
let until;

beforeEach(async () => {
  http = createServer();
  io = new Server(http, { transports: ["websocket"], pingInterval: PING_MS });
  await new Promise((done) => http.listen(0, "127.0.0.1", () => done(null)));
  io.of("/screen");
  seen = [];
  until = (what) =>
    patience.until(what, () => seen.some((one) => one === what || one[0] === what)).then(() => {});
  const { port } = /** @type {any} */ (http.address());
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`;
  socket = new Socket(url, () => ({ token: "secret", boot: "b1", protocol: 1 }), {
    up: () => seen.push("up"),
    down: () => seen.push("down"),
    refused: (code) => seen.push(["refused", code]),
    event: (name, payload) => {
      seen.push([name, payload]);
      return { got: name };
    },
  });
});

afterEach(async () => {
  socket.end();
  http.closeAllConnections();
  await io.close();
});

test("the official server sees the credential of the handshake", async () => {
  const met = once(io.of("/screen"), "connection");
  socket.connect();

  const [peer] = await met;
  assert.deepEqual(peer.handshake.auth, { token: "secret", boot: "b1", protocol: 1 });
});

test("a message is answered by its own acknowledgement, also out of order", async () => {
  /** @type {(() => void)[]} */
  const waiting = [];
  io.of("/screen").on("connection", (peer) => {
    peer.on("clock", ({ t0 }, done) => {
      waiting.unshift(() => done({ t0, t1: 1.5 }));
      if (waiting.length === 2) for (const answer of waiting) answer();
    });
  });
  socket.connect();
  await until("up");

  const answers = await Promise.all([
    socket.request("clock", { t0: 50 }),
    socket.request("clock", { t0: 1 }),
  ]);
  assert.deepEqual(answers, [
    { t0: 50, t1: 1.5 },
    { t0: 1, t1: 1.5 },
  ]);
});

test("what the listener returns is the acknowledgement, Chinese and line breaks unhurt", async () => {
  socket.connect();
  const [peer] = await once(io.of("/screen"), "connection");

  const answer = await peer.emitWithAck("command", { name: "identify", args: "农商行\n大厅" });

  assert.deepEqual(answer, { got: "command" });
  assert.deepEqual(seen[1], ["command", { name: "identify", args: "农商行\n大厅" }]);
});

test("a refusal carries the server's word and is no connection", async () => {
  io.of("/screen").use((_, next) =>
    next(Object.assign(new Error("no"), { data: { code: "revoked" } })),
  );
  socket.connect();
  await until("refused");

  assert.deepEqual(seen, [["refused", "revoked"]]);
  await assert.rejects(socket.request("beat", {}), { code: "no_network" });
});

test("the official server's heartbeats are answered, and the connection stays up", async () => {
  let answered = 0;
  io.of("/screen").on("connection", (peer) => {
    peer.conn.on("heartbeat", () => {
      answered += 1;
    });
  });
  socket.connect();
  await patience.until("ten heartbeats", () => answered >= 10);

  assert.deepEqual(seen, ["up"]);
});

test("after the server went away it comes back by itself", async () => {
  socket.connect();
  await until("up");
  seen.length = 0;
  io.of("/screen").disconnectSockets(true);
  await until("up");

  assert.deepEqual(seen, ["down", "up"]);
});
