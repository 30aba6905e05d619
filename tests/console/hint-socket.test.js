/** The page's line uses Socket.IO as the server does, and reports when it is gone. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { HintSocket } from "../../server/web/static/console/hint-socket.js";

/** @type {any} */
let wire;
/** @type {{act: () => void, ms: number} | undefined} */
let timer;
/** @type {[string, any][]} */
let events;
/** @type {HintSocket} */
let socket;

/** @type {any} */
const timers = {
  setTimeout: (/** @type {() => void} */ act, /** @type {number} */ ms) => {
    timer = { act, ms };
    return 1;
  },
  clearTimeout: () => {
    timer = undefined;
  },
};

beforeEach(() => {
  events = [];
  socket = new HintSocket(
    "/console",
    (url) => {
      wire = { sent: [], url, closed: false, onmessage: null, onclose: null };
      return Object.assign(wire, {
        send: (/** @type {string} */ text) => wire.sent.push(text),
        close: () => {
          wire.closed = true;
        },
      });
    },
    timers,
  );
  for (const name of ["connect", "disconnect", "connect_error", "hint"])
    socket.on(name, (content) => events.push([name, content]));
  socket.connect();
});

/** @param {string} data */
const serverSends = (data) => wire.onmessage({ data });
const comesUp = () => {
  serverSends('0{"sid":"x","pingInterval":25000,"pingTimeout":20000}');
  serverSends('40/console,{"sid":"y"}');
};

test("it asks for its namespace once the server has opened", () => {
  assert.match(wire.url, /^\/socket\.io\/\?EIO=4&transport=websocket$/);
  comesUp();
  assert.deepEqual(wire.sent, ["40/console,"]);
  assert.deepEqual(events, [["connect", undefined]]);
  assert.equal(socket.connected, true);
});

test("events go both ways", () => {
  comesUp();
  socket.emit("watch", { topics: ["screens"] });
  serverSends('42/console,["hint",{"topic":"screens"}]');
  assert.equal(wire.sent.at(-1), '42/console,["watch",{"topics":["screens"]}]');
  assert.deepEqual(events.at(-1), ["hint", { topic: "screens" }]);
});

test("nothing is sent before it is let in, and other namespaces are none of its business", () => {
  socket.emit("watch", {});
  serverSends('42/screen,["hint",{}]');
  assert.deepEqual([wire.sent, events], [[], []]);
});

test("it answers the heartbeat, and takes silence for a line that is gone", () => {
  comesUp();
  serverSends("2");
  assert.equal(wire.sent.at(-1), "3");
  assert.equal(timer?.ms, 45000);
  timer?.act();
  assert.deepEqual(events.at(-1), ["disconnect", undefined]);
  assert.equal(wire.closed, true);
});

test("who isn't let in gets the reason", () => {
  serverSends('0{"pingInterval":1,"pingTimeout":1}');
  serverSends('44/console,{"message":"no","data":{"code":"unauthorized"}}');
  assert.deepEqual(events, [["connect_error", { message: "no", data: { code: "unauthorized" } }]]);
});

test("a line that never opened has failed, one that was up is lost, and either can be tried again", () => {
  wire.onclose();
  assert.deepEqual(events.at(-1)?.[0], "connect_error");
  socket.connect();
  comesUp();
  wire.onclose();
  assert.deepEqual(events.at(-1)?.[0], "disconnect");
  const last = wire;
  socket.connect();
  assert.notEqual(wire, last);
});

test("the server may end it", () => {
  comesUp();
  serverSends("41/console");
  assert.deepEqual(events.at(-1), ["disconnect", undefined]);
});

test("what an earlier wire still sends is ignored", () => {
  comesUp();
  const earlier = wire;
  wire.onclose();
  socket.connect();
  earlier.onmessage({ data: '42/console,["hint",{}]' });
  assert.equal(events.filter(([name]) => name === "hint").length, 0);
});
