import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { CAUSE, chainOn, chainRow, chainStart, STATE } from "../../player/src/batches.js";
import { Courier } from "../../player/src/courier.js";
import { PlayerError } from "../../player/src/errors.js";
import { bootName, PlayLog } from "../../player/src/playlog.js";
import { Store } from "../../player/src/store.js";
import { forgetCaches, installCaches } from "./memory.js";

/** @typedef {import("../../player/src/batches.js").Play} Play */

installCaches();

let databases = 0;
/** @type {Store} */
let store;
/** @type {string[]} */
let incidents;
/** @type {number[]} */
let restorations;

beforeEach(async () => {
  databases += 1;
  forgetCaches();
  store = await Store.open(`records-${databases}`);
  incidents = [];
  restorations = [];
});

const note = { offset_ms: 1767225595000, uncertainty_ms: 12 };
const clock = /** @type {any} */ ({ note: () => note, era: 0, wall: () => 1 });
const incident = (/** @type {string} */ code) => incidents.push(code);
const slot = (/** @type {number} */ index) => ({
  manifest: "m".repeat(64),
  segment: 0,
  cycle: 0,
  slot: index,
  asset: "a".repeat(64),
  cause: CAUSE.scheduled,
  expected_ms: 1000,
});

/** @param {string} [boot] */
async function freshLog(boot = bootName()) {
  const log = new PlayLog({ store, clock, boot, screen: "s_9", incident });
  await log.begin();
  return log;
}

/** Play a number of whole slots; the last one stays on the glass. */
async function playSome(/** @type {PlayLog} */ log, /** @type {number} */ count) {
  for (let index = 0; index <= count; index += 1) {
    await log.turn(index ? { shownMs: 1000, error: null } : null, [slot(index)], index * 1000);
  }
}

/** A server that keeps its high-water mark, with a mind of its own where a test sets it. */
class Intake {
  constructor() {
    /** @type {any[]} */
    this.events = [];
    /** @type {any[]} */
    this.lost = [];
    this.upto = 0;
    /** @type {((batch: any) => void) | null} */
    this.mood = null;
  }

  async take(/** @type {any} */ batch) {
    this.mood?.(batch);
    const { boot } = batch;
    if (batch.lost) {
      this.lost.push(...batch.lost);
      this.upto = Math.max(this.upto, ...batch.lost.map((/** @type {any} */ gap) => gap[1]));
    } else if (batch.first <= this.upto + 1) {
      const fresh = batch.slot.slice(this.upto + 1 - batch.first);
      this.events.push(...fresh);
      this.upto = Math.max(this.upto, batch.first + batch.slot.length - 1);
      this.last = batch;
    }
    return { boot, upto: this.upto, quarantined: [] };
  }
}

/** @param {PlayLog} log @param {Intake} intake @param {number} [keep] */
const courierOf = (log, intake, keep) =>
  new Courier({
    store,
    screen: "s_9",
    boot: log.boot.boot,
    written: async () => {},
    send: (batch) => intake.take(batch),
    sign: async () => null,
    incident,
    restored: () => restorations.push(1),
    keep,
  });

/** @param {number} count */
async function scene(count) {
  const log = await freshLog();
  await playSome(log, count);
  const intake = new Intake();
  return { log, intake, courier: courierOf(log, intake), boot: log.boot.boot };
}

test("a play is open while it is shown and final under the same number afterwards", async () => {
  const log = await freshLog();
  await log.turn(null, [slot(0)], 100.4);
  const [open] = await store.plays(log.boot.boot, 0);
  await log.turn({ shownMs: 999.6, error: null }, [slot(1)], 1100);
  const [final, next] = await store.plays(log.boot.boot, 0);

  assert.deepEqual([open.seq, open.open, open.start_ms], [1, true, 100]);
  assert.deepEqual([final.seq, final.open, final.shown_ms, final.state], [1, false, 1000, 0]);
  assert.deepEqual([next.seq, next.open], [2, true]);
});

test("a failed slot and the picture in its place are written in one go", async () => {
  const log = await freshLog();
  await log.turn(
    null,
    [
      { ...slot(0), error: "asset_failed" },
      { ...slot(0), cause: 4 },
    ],
    5,
  );
  const plays = await store.plays(log.boot.boot, 0);

  assert.deepEqual(
    plays.map(({ seq, open, state, error }) => [seq, open, state, error]),
    [
      [1, false, STATE.failed, "asset_failed"],
      [2, true, STATE.partial, null],
    ],
  );
});

test("a play that was hidden is failed however long it was shown", async () => {
  const log = await freshLog();
  await log.turn(null, [slot(0)], 0);
  await log.turn({ shownMs: 1000, error: "hidden" }, [], 1000);

  const [play] = await store.plays(log.boot.boot, 0);
  assert.deepEqual([play.state, play.error], [STATE.failed, "hidden"]);
});

test("after a crash the next boot closes the open play as partial with its last checkpoint", async () => {
  const log = await freshLog();
  await playSome(log, 2);
  log.checkpoint(700);
  await log.written;
  await freshLog();

  const plays = await store.plays(log.boot.boot, 0);
  const cut = plays[2];
  assert.deepEqual([cut.open, cut.state, cut.shown_ms], [false, STATE.partial, 700]);
});

test("what is acknowledged is no backlog, and stays for a server that comes back from a backup", async () => {
  const { courier, intake, boot } = await scene(5);
  await courier.handIn();

  assert.deepEqual(intake.events, [0, 1, 2, 3, 4]);
  assert.equal(await store.countPlays(), 1);
  assert.equal((await store.plays(boot, 0)).length, 6);
});

test("only so many acknowledged plays stay, the newest", async () => {
  const log = await freshLog();
  await playSome(log, 700);
  await courierOf(log, new Intake(), 100).handIn();

  const [first] = await store.plays(log.boot.boot, 0);
  assert.equal(first.seq, 601);
});

test("the head sent is the chain over all events of the boot", async () => {
  const { courier, intake, boot, log } = await scene(3);
  const plays = (await store.plays(boot, 0)).slice(0, 3);
  await courier.handIn();
  await log.turn({ shownMs: 1000, error: null }, [], 9000);
  const [last] = await store.plays(boot, 3);
  await courier.handIn();

  let head = await chainStart(boot);
  for (const play of [...plays, last]) head = await chainOn(head, chainRow(play));
  assert.equal(intake.last.head, head);
  assert.equal(intake.last.first, 4);
});

test("a lost acknowledgement costs a resend and no count", async () => {
  const { courier, intake } = await scene(4);
  const { take } = intake;
  let lose = true;
  intake.take = async (batch) => {
    const answer = await take.call(intake, batch);
    if (lose) throw new PlayerError("no_network");
    return answer;
  };
  await assert.rejects(courier.handIn(), { code: "no_network" });
  lose = false;
  await courier.handIn();

  assert.deepEqual(intake.events, [0, 1, 2, 3]);
});

test("an answer that isn't about this boot lets nothing go", async () => {
  const { courier, intake, boot } = await scene(2);
  intake.take = async () => /** @type {any} */ ({ welcome: "portal" });

  await assert.rejects(courier.handIn(), { code: "bad_answer" });
  assert.equal((await store.plays(boot, 0)).length, 3);
});

test("a refused batch is halved until the bad play is found, declared lost and left behind", async () => {
  const { courier, intake } = await scene(9);
  intake.mood = (batch) => {
    if (batch.slot?.includes(4)) throw new PlayerError("http", "plays", 422);
  };
  await courier.handIn();

  assert.deepEqual(intake.events, [0, 1, 2, 3, 5, 6, 7, 8]);
  assert.deepEqual(intake.lost, [[5, 5, "refused"]]);
  assert.deepEqual(incidents, ["lost_range"]);
});

for (const status of [401, 403, 429, 503]) {
  test(`a ${status} keeps everything for later`, async () => {
    const { courier, intake, boot } = await scene(2);
    intake.mood = () => {
      throw new PlayerError("http", "plays", status);
    };

    await assert.rejects(courier.handIn(), { status });
    assert.equal((await store.plays(boot, 0)).length, 3);
    assert.deepEqual(intake.lost, []);
  });
}

test("a server restored from an older backup gets again what it lost, chain and all", async () => {
  const { courier, intake, log, boot } = await scene(5);
  await courier.handIn();
  intake.upto = 2;
  intake.events.length = 2;
  await log.turn({ shownMs: 1000, error: null }, [], 9000);
  await courier.handIn();

  assert.deepEqual(intake.events, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(intake.lost, []);
  assert.deepEqual(restorations, [1]);
  let head = await chainStart(boot);
  for (const play of await store.plays(boot, 0)) head = await chainOn(head, chainRow(play));
  assert.equal(intake.last.head, head);
});

test("what isn't here any more is declared as acknowledged, and the chain goes on from the boot's start", async () => {
  const log = await freshLog();
  await playSome(log, 700);
  const intake = new Intake();
  const courier = courierOf(log, intake, 100);
  await courier.handIn();
  intake.upto = 0;
  await log.turn({ shownMs: 1000, error: null }, [], 9e6);
  await courier.handIn();

  assert.deepEqual(intake.lost, [[1, 600, "acknowledged"]]);
  assert.equal(intake.upto, 701);
  const { boot } = log.boot;
  let head = await chainOn(await chainStart(boot), ["lost", 1, 600, "acknowledged"]);
  for (const play of await store.plays(boot, 600)) head = await chainOn(head, chainRow(play));
  assert.equal(intake.last.head, head);
});

test("where the chain before a lost range can't be computed, batches go without a head", async () => {
  const log = await freshLog();
  await playSome(log, 700);
  const intake = new Intake();
  const courier = courierOf(log, intake, 100);
  await courier.handIn();
  intake.upto = 250;
  await log.turn({ shownMs: 1000, error: null }, [], 9e6);
  await courier.handIn();

  assert.deepEqual(intake.lost, [[251, 600, "acknowledged"]]);
  assert.equal(intake.upto, 701);
  assert.equal(intake.last.head, undefined);
});

test("plays of an earlier boot that a restored server lost are handed in again by the next boot", async () => {
  const former = await scene(3);
  await former.courier.handIn();
  await former.log.turn({ shownMs: 1000, error: null }, [], 9000);
  await former.courier.handIn();
  former.intake.upto = 1;
  former.intake.events.length = 1;
  const { log, intake } = await scene(1);
  const courier = courierOf(log, intake);
  courier.send = (batch) =>
    /** @type {any} */ (batch).boot === former.boot
      ? former.intake.take(batch)
      : intake.take(batch);
  await courier.handIn();

  assert.deepEqual(former.intake.events, [0, 1, 2, 3]);
  assert.deepEqual(intake.events, [0]);
});

test("a boot that release 0.1.0 left, which called its head otherwise, is handed in again chain and all", async () => {
  const former = await scene(3);
  await former.courier.handIn();
  await former.log.turn({ shownMs: 1000, error: null }, [], 9000);
  const [{ keptHead, ...kept }] = await store.boots();
  assert.ok(keptHead);
  await store.record({ boot: /** @type {any} */ (kept) });
  former.intake.upto = 1;
  former.intake.events.length = 1;
  const { log, intake } = await scene(0);
  const courier = courierOf(log, intake);
  courier.send = (batch) => former.intake.take(batch);
  await courier.handIn();

  assert.deepEqual(former.intake.events, [0, 1, 2, 3]);
  let head = await chainStart(former.boot);
  for (const play of await store.plays(former.boot, 0)) head = await chainOn(head, chainRow(play));
  assert.equal(former.intake.last.head, head);
});

test("a server whose mark falls again and again isn't asked without end", async () => {
  const { courier, intake } = await scene(3);
  await courier.handIn();
  let asked = 0;
  intake.take = async ({ boot = "" }) => {
    asked += 1;
    return { boot, upto: 0, quarantined: [] };
  };
  const { log } = await scene(1);
  await courierOf(log, intake).handIn();

  assert.ok(asked < 10, `${asked}`);
});

test("a server that already has more is trusted", async () => {
  const { courier, intake, boot } = await scene(5);
  intake.upto = 4;
  await courier.handIn();

  assert.deepEqual(intake.events, [4]);
  assert.equal((await store.boots()).find((one) => one.boot === boot)?.acked, 5);
});

test("plays of an earlier boot are handed in first", async () => {
  const former = await freshLog();
  await playSome(former, 2);
  const { courier, intake } = await scene(1);
  const boots = [...(await store.boots())];
  intake.take = async (batch) => {
    intake.events.push(batch.boot);
    return { boot: batch.boot, upto: batch.first + batch.slot.length - 1, quarantined: [] };
  };
  await courier.handIn();

  assert.deepEqual(intake.events, [former.boot.boot, boots[1].boot]);
});

test("plays recorded under another screen's credential are never handed in", async () => {
  const former = new PlayLog({ store, clock, boot: bootName(), screen: "s_1", incident });
  await former.begin();
  await playSome(former, 2);
  const { courier, intake } = await scene(1);
  await courier.handIn();

  assert.deepEqual(intake.events, [0]);
});

/** A disk without room for plays until a test frees some. */
function fillDisk() {
  const { record } = store;
  const disk = { full: true };
  store.record = async (change) => {
    if (disk.full && change.plays?.length) {
      throw Object.assign(new Error(), { name: "QuotaExceededError" });
    }
    return record.call(store, change);
  };
  return disk;
}

test("what a full disk has no room for waits in memory and is written when there is room", async () => {
  const { log, courier, intake } = await scene(4);
  const disk = fillDisk();
  await log.turn({ shownMs: 1000, error: null }, [slot(5)], 9000);
  await log.turn({ shownMs: 1000, error: null }, [slot(6)], 10000);
  disk.full = false;
  await log.turn({ shownMs: 1000, error: null }, [], 11000);
  await courier.handIn();

  assert.deepEqual(intake.events, [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(intake.lost, []);
  assert.ok(incidents.includes("storage_full"));
});

test("when the disk stays full the oldest go, and a lost range reports that", async () => {
  const { log, courier, intake } = await scene(4);
  const disk = fillDisk();
  for (let index = 5; index < 105; index += 1) {
    await log.turn({ shownMs: 1000, error: null }, [slot(index)], index * 1000);
  }
  disk.full = false;
  await log.turn({ shownMs: 1000, error: null }, [], 200000);
  await courier.handIn();

  assert.deepEqual(intake.lost, [[1, 4, "storage_full"]]);
  assert.equal(intake.upto, 105);
  assert.ok(incidents.includes("lost_range"));
});

test("a database that was lost is rebuilt from the second copy, plays and all", async () => {
  const { log, boot } = await scene(70);
  await store.put({ credential: { token: "t", screen: "s_9", keys: [] }, accepted: "{}" });
  await log.written;
  const fresh = await Store.open(`records-fresh-${databases}`);

  assert.equal(await fresh.rebuild(), true);
  assert.equal((await fresh.get("credential"))?.token, "t");
  assert.deepEqual(
    (await fresh.plays(boot, 0)).map(({ seq }) => seq),
    Array.from({ length: 71 }, (_, index) => index + 1),
  );
});

test("a database that is whole is left alone", async () => {
  await store.put({ credential: { token: "t", screen: "s_9", keys: [] } });

  assert.equal(await store.rebuild(), false);
});

test("what the server holds leaves the second copy too", async () => {
  const { courier, boot } = await scene(140);
  await courier.handIn();
  const { plays } = await store.journal.read();

  assert.ok(plays.every((play) => play.boot !== boot || play.seq >= 128));
  assert.equal(plays[plays.length - 1].seq, 141);
});

test("after a crash and a lost database the cut play is still closed as partial", async () => {
  const { log, boot } = await scene(3);
  log.checkpoint(400);
  await store.put({ credential: { token: "t", screen: "s_9", keys: [] } });
  await log.written;
  store = await Store.open(`records-fresh-${databases}`);
  await store.rebuild();
  await freshLog();

  const plays = await store.plays(boot, 0);
  assert.deepEqual([plays.length, plays[3].open, plays[3].shown_ms], [4, false, 400]);
});
