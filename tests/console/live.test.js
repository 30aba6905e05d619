import assert from "node:assert/strict";
import { test } from "node:test";
import { budget, calmly } from "../../server/web/static/console/calmly.js";
import { keepLine, RETRY_MS, wait } from "../../server/web/static/console/line.js";
import { isAbout, pace } from "../../server/web/static/console/live.js";

const settled = async () => {
  for (let n = 0; n < 5; n += 1) await null;
};

test("a part is asked for as often as it states, and far less often while the page is notified", () => {
  assert.equal(pace(5, false), 5_000);
  assert.equal(pace(5, true), 60_000);
  assert.equal(pace(30, true), 180_000);
});

test("a hint is about the parts that name its topic", () => {
  assert.equal(isAbout("waiting screens", "screens"), true);
  assert.equal(isAbout("waiting screens", "screen"), false);
  assert.equal(isAbout(undefined, "screens"), false);
});

test("what is asked for many times is done once now and once after the gap", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let done = 0;
  const poll = calmly(
    async () => {
      done += 1;
    },
    () => 5,
  );
  for (let n = 0; n < 20; n += 1) poll();
  assert.equal(done, 1);
  await settled();
  t.mock.timers.tick(4);
  assert.equal(done, 1);
  t.mock.timers.tick(1);
  assert.equal(done, 2);
  await settled();
  t.mock.timers.tick(100);
  assert.equal(done, 2);
});

/** A socket of which the test decides what happens. */
function madeSocket() {
  /** @type {Record<string, (data?: object) => void>} */
  const handlers = {};
  return {
    connected: false,
    tries: 0,
    connect() {
      this.tries += 1;
    },
    on(/** @type {string} */ event, /** @type {() => void} */ act) {
      handlers[event] = act;
    },
    happens(/** @type {string} */ event, /** @type {object} */ data = {}) {
      this.connected = event === "connect";
      handlers[event](data);
    },
  };
}

test("a break is mended quietly first, then shown, then tried every half minute", () => {
  const socket = madeSocket();
  /** @type {number[]} */
  const waits = [];
  /** @type {(string | number)[]} */
  const states = [];
  let next = () => {};
  keepLine(
    socket,
    { up: () => states.push("up"), down: (failures) => states.push(failures), ended() {} },
    {
      later: (act, ms) => {
        next = act;
        waits.push(ms);
      },
      chance: () => 0.5,
    },
  );
  socket.happens("connect");
  socket.happens("disconnect");
  next();
  socket.happens("connect_error");
  next();
  socket.happens("connect_error");
  next();
  socket.happens("connect");
  socket.happens("disconnect");

  assert.deepEqual(states, ["up", 0, 1, 2, "up", 0]);
  assert.deepEqual(waits, [3_000, RETRY_MS, RETRY_MS, 3_000]);
  assert.equal(socket.tries, 3);
});

test("pages of one office don't come back in one second", () => {
  assert.ok(wait(0, 0) >= 1_000);
  assert.ok(wait(0, 1) - wait(0, 0) >= 4_000);
});

test("two losses at once are one try", () => {
  const socket = madeSocket();
  let planned = 0;
  keepLine(
    socket,
    { up() {}, down() {}, ended() {} },
    {
      later: () => {
        planned += 1;
      },
      chance: () => 0,
    },
  );
  socket.happens("disconnect");
  socket.happens("connect_error");
  assert.equal(planned, 1);
});

test("a session that is over is shown and not tried again", () => {
  const socket = madeSocket();
  let planned = 0;
  let ended = 0;
  keepLine(
    socket,
    {
      up() {},
      down() {},
      ended: () => {
        ended += 1;
      },
    },
    {
      later: () => {
        planned += 1;
      },
      chance: () => 0,
    },
  );
  socket.happens("connect_error", { data: { code: "unauthorized" } });
  assert.deepEqual([ended, planned], [1, 0]);
  socket.happens("connect_error", { data: { code: "too_many" } });
  assert.deepEqual([ended, planned], [1, 1]);
});

test("one change after another is seen at once, and a storm costs a tenth of the time", () => {
  const gapAfter = budget(0);
  assert.equal(gapAfter(300, 300), 500);
  assert.equal(gapAfter(300, 1_100), 500);
  let now = 1_100;
  let spent = 0;
  for (let n = 0; n < 200; n += 1) {
    now += 300;
    spent += 300;
    now += gapAfter(300, now);
  }
  assert.ok(spent / now < 0.105, String(spent / now));
});
