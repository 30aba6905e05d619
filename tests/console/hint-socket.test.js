/** The page's line speaks Socket.IO as the server does, and says when it is gone. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { HintSocket } from "../../server/web/static/console/hint-socket.js";

/** @type {any} */
let wire;
/** @type {{act: () => void, ms: number} | undefined} */
let timer;
/** @type {[string, any][]} */
let told;
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
  told = [];
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
    socket.on(name, (content) => told.push([name, content]));
  socket.connect();
});

/** @param {string} data */
const says = (data) => wire.onmessage({ data });
const comesUp = () => {
  says('0{"sid":"x","pingInterval":25000,"pingTimeout":20000}');
  says('40/console,{"sid":"y"}');
};

test("it asks for its namespace once the server has opened", () => {
  assert.match(wire.url, /^\/socket\.io\/\?EIO=4&transport=websocket$/);
  comesUp();
  assert.deepEqual(wire.sent, ["40/console,"]);
  assert.deepEqual(told, [["connect", undefined]]);
  assert.equal(socket.connected, true);
});

test("events go both ways", () => {
  comesUp();
  socket.emit("watch", { topics: ["screens"] });
  says('42/console,["hint",{"topic":"screens"}]');
  assert.equal(wire.sent.at(-1), '42/console,["watch",{"topics":["screens"]}]');
  assert.deepEqual(told.at(-1), ["hint", { topic: "screens" }]);
});

test("nothing is sent before it is let in, and other namespaces are none of its business", () => {
  socket.emit("watch", {});
  says('42/screen,["hint",{}]');
  assert.deepEqual([wire.sent, told], [[], []]);
});

test("it answers the heartbeat, and takes silence for a line that is gone", () => {
  comesUp();
  says("2");
  assert.equal(wire.sent.at(-1), "3");
  assert.equal(timer?.ms, 45000);
  timer?.act();
  assert.deepEqual(told.at(-1), ["disconnect", undefined]);
  assert.equal(wire.closed, true);
});

test("who isn't let in is told why", () => {
  says('0{"pingInterval":1,"pingTimeout":1}');
  says('44/console,{"message":"no","data":{"code":"unauthorized"}}');
  assert.deepEqual(told, [["connect_error", { message: "no", data: { code: "unauthorized" } }]]);
});

test("a line that never opened has failed, one that was up is lost, and either can be tried anew", () => {
  wire.onclose();
  assert.deepEqual(told.at(-1)?.[0], "connect_error");
  socket.connect();
  comesUp();
  wire.onclose();
  assert.deepEqual(told.at(-1)?.[0], "disconnect");
  const last = wire;
  socket.connect();
  assert.notEqual(wire, last);
});

test("the server may end it", () => {
  comesUp();
  says("41/console");
  assert.deepEqual(told.at(-1), ["disconnect", undefined]);
});

test("what an earlier wire still says is not heard", () => {
  comesUp();
  const earlier = wire;
  wire.onclose();
  socket.connect();
  earlier.onmessage({ data: '42/console,["hint",{}]' });
  assert.equal(told.filter(([name]) => name === "hint").length, 0);
});
