import assert from "node:assert/strict";
import { test } from "node:test";
import { oneAtATime } from "../../server/web/static/console/campaign.js";
import { choosesNothing } from "../../server/web/static/console/choice.js";
import {
  boostLine,
  inOneLine,
  minutes,
  piecesOf,
  rounded,
  sizeOf,
} from "../../server/web/static/console/hour.js";
import { totalSeconds } from "../../server/web/static/console/totals.js";

test("a wait is read in minutes and seconds", () => {
  assert.equal(minutes(211.4, "{m} min {s} s"), "3 min 31 s");
  assert.equal(minutes(59.6, "{m}:{s}"), "1:0");
});

test("an hour that represents others states how many", () => {
  const texts = { screens: "{kind}, {n} screens", example: " ({kind}, {n} screens of {all})" };
  const [bus, bank] = [{ screens: 1 }, { screens: 2 }];
  assert.equal(sizeOf(bus, "Bus", texts, [bus, bank]), " (Bus, 1 screen of 3)");
  assert.equal(sizeOf(bank, "Bank", texts, [bank]), "Bank, 2 screens");
});

test("a boost states from when until when and how often, beside the usual figures", () => {
  const [from, until] = ["2026-11-24T16:00:00+08:00", "2026-12-01T00:00:00+08:00"];
  const boost = { factor: 1.5, from, until, plays_per_hour: 18, gave_way: [] };
  const texts = { boosted: "{from} to {until} ×{factor}: {n} an hour" };
  assert.equal(boostLine(boost, texts), "11-24 16:00 to 12-01 00:00 ×1.5: 18 an hour");
});

test("a day that has more plays than were asked for states why, and no other does", (context) => {
  const made = { className: "", textContent: "" };
  Object.assign(globalThis, { document: { createElement: () => made } });
  context.after(() => Reflect.deleteProperty(globalThis, "document"));
  const texts = { rounded: "a little more than {n}", perDay: "80" };

  assert.equal(rounded(93, texts)[0].textContent, "a little more than 80");
  assert.deepEqual(rounded(80, texts), []);
  assert.deepEqual(rounded(93, { ...texts, perDay: "" }), []);
});

test("a playlist lasts as long as its pictures are shown and its clips run", () => {
  assert.equal(totalSeconds([{ duration_s: 10 }, { own: 6.04 }, {}]), 16);
});

test("nothing is chosen until all, or anything in any list, is", () => {
  assert.equal(choosesNothing({}), true);
  assert.equal(choosesNothing({ all: false, venue_kinds: [] }), true);
  assert.equal(choosesNothing({ all: true }), false);
  assert.equal(choosesNothing({ venue_kinds: ["bank"] }), false);
});

test("a loop of twenty minutes fills the hour three times, cut where a row of ten minutes ends", () => {
  const slots = [
    { at_s: 0, duration_s: 595 },
    { at_s: 595, duration_s: 10 },
    { at_s: 605, duration_s: 595 },
  ];
  const pieces = piecesOf({ period_s: 1200, slots });
  const rows = [0, 1, 2, 3, 4, 5].map((row) => pieces.filter((piece) => piece.row === row));

  for (const row of rows) assert.equal(rows[0].length, 2, String(row.length));
  for (const row of rows)
    assert.equal(
      row.reduce((sum, piece) => sum + piece.length, 0),
      600,
    );
  const middle = pieces.filter((piece) => piece.slot === slots[1]);
  assert.deepEqual(
    middle.map(({ row, at, length }) => [row, at, length]),
    [0, 2, 4].flatMap((row) => [
      [row, 595, 5],
      [row + 1, 0, 5],
    ]),
  );
  assert.deepEqual(piecesOf({ period_s: 3600, slots: [] }), []);
});

test("the line beside the slider has the figures of the tightest screen, and whether it fits", () => {
  const texts = {
    line: "{plays} an hour, {day} a day, {wait} apart",
    times: "{n}×",
    seconds: "{s} s",
    minutes: "{m} min {s} s",
    refused: "doesn't fit",
    gave: "others give way",
    none: "no screens",
  };
  const group = { plays_per_hour: 12, plays_per_day: 96, longest_wait_s: 301, dwell_reach: 1 };
  const fits = { ...group, longest_wait_s: 118.6, reasons: [], gave_way: [] };
  const tight = { ...group, reasons: [], gave_way: [{}] };
  const refused = { ...group, reasons: [{}], gave_way: [{}] };
  /** @param {any[]} groups */
  const line = (...groups) => inOneLine({ groups, tightest: groups.length - 1 }, texts);

  assert.equal(line(tight, fits), "12× an hour, 96× a day, 119 s apart");
  assert.equal(line(tight), "12× an hour, 96× a day, 5 min 1 s apart, others give way");
  assert.equal(line(refused), "12× an hour, 96× a day, 5 min 1 s apart, doesn't fit");
  assert.equal(inOneLine({ groups: [], tightest: null }, texts), "no screens");
});

test("while one question is out, of those that come meanwhile only the last is asked", async () => {
  /** @type {(() => void)[]} */
  const out = [];
  const ask = oneAtATime(() => new Promise((resolve) => out.push(() => resolve())));

  const first = ask();
  await ask();
  await ask();
  assert.equal(out.length, 1);
  out[0]();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(out.length, 2);
  out[1]();
  await first;

  assert.equal(out.length, 2);
});
