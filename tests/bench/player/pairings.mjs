/**
 * Pairs a screen at random phases of a loop of pictures and clips, and searches for slots that were not whole after the
 * one that was joined: `node tests/bench/player/pairings.mjs [COUNT]`, after `npm run build`. With 200, half an hour
 * on a machine that does nothing else. The exit status is 1 if there was such a slot.
 */
import { until } from "../../player/patience.js";
import { Browser } from "../../player/smoke/browser.js";
import { clip, picture } from "../../player/smoke/pictures.js";
import { FakeServer } from "../../player/smoke/server.js";

const SLOT_MS = 2000;
const JUDGED = 2; // whole slots after the joined one
const HOUR = 3600e3;

const server = new FakeServer();
const browser = new Browser();
const assets = [picture("red"), clip(2), picture("green"), picture("blue")].map((one) =>
  server.add(one),
);
const ORDER = [0, 1, 2, 1]; // places among the assets
const PERIOD_MS = ORDER.length * SLOT_MS;

/** @param {number} anchor server ms at which a cycle begins @returns {string} digest */
function publish(anchor) {
  const slots = ORDER.map((asset, index) => [index * SLOT_MS, SLOT_MS, asset, -1]);
  const from = anchor - HOUR;
  return server.publish({
    format: 1,
    timezone: "Asia/Shanghai",
    assets,
    campaigns: [],
    loops: { L1: { period_ms: PERIOD_MS, slots } },
    segments: [{ from, until: anchor + HOUR, loop: "L1", anchor: from }],
    fallback: 3,
    fit: "contain",
    sound: false,
  });
}

/** A page without any storage. @param {string} origin */
async function forgetAll(origin) {
  await browser.request("Page.navigate", { url: "about:blank" });
  await browser.request("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  server.plays.length = 0;
  server.upto.clear();
}

/** By a play's own record. @param {any} play @param {number} from server ms of cycle 0 @returns {number} ms */
const lateness = ({ start, cycle, slot }, from) =>
  start - from - cycle * PERIOD_MS - slot * SLOT_MS;

/**
 * Pair once, and see what was written down.
 * @param {string} origin
 * @returns {Promise<{first: any, late: number[], flawed: any[]}>} the plays' lateness in ms, those that aren't whole
 */
async function pairing(origin) {
  await forgetAll(origin);
  const anchor = Date.now() + Math.floor(Math.random() * PERIOD_MS);
  server.assign({ manifest: publish(anchor) });
  await browser.request("Page.navigate", { url: `${origin}/player/` });
  await until("its plays", () => server.plays.length > JUDGED);
  const [first, ...others] = server.plays.slice(0, JUDGED + 1);
  const late = [first, ...others].map((play) => Math.round(lateness(play, anchor - HOUR)));
  return { first, late, flawed: others.filter(({ state, cause }) => state !== 0 || cause !== 0) };
}

/** @param {number} count @returns {Promise<number>} how many pairings had a slot that wasn't whole */
async function pairings(count) {
  const origin = `http://127.0.0.1:${await server.listen()}`;
  server.paired = true;
  await browser.open("about:blank");
  let bad = 0;
  for (let done = 1; done <= count; done += 1) {
    const { first, late, flawed } = await pairing(origin);
    bad += Number(flawed.length > 0);
    const details = flawed.map(
      ({ slot, state, shown }) => `slot ${slot}: state ${state}, ${shown} ms`,
    );
    console.log(`${done}: from slot ${first.slot}, late ${late.join(", ")} ms ${details.join("; ")}`);
  }
  return bad;
}

try {
  const count = Number(process.argv[2] ?? 200);
  const bad = await pairings(count);
  console.log(`${bad} of ${count} pairings with a slot that wasn't whole after the first`);
  process.exitCode = Number(bad > 0);
} finally {
  await browser.kill();
  await server.close();
  browser.forget();
}
