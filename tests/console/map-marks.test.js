import assert from "node:assert/strict";
import { test } from "node:test";
import { drawMark, drawRate, shadeOf } from "../../server/web/static/console/map-marks.js";

const STATES = ["dark", "unbound", "online", "paused", "idle", "manual", "none"];
const LIMITS = [0.5, 0.8, 0.9, 0.95, 0.98];
const COLOURS = /** @type {any} */ ({
  ...Object.fromEntries(
    ["bad", "wait", "good", "surface", "blue", "none", "ink"].map((name) => [name, name]),
  ),
  heat: [...LIMITS, 1].map((_, shade) => `heat ${shade}`),
});

/** What is drawn for a state, colours aside. @param {string} state */
const formOf = (state) => formBy((pen) => drawMark(pen, 100, 100, state, COLOURS));

/** @param {(pen: any) => void} draw */
function formBy(draw) {
  /** @type {unknown[]} */
  const calls = [];
  const pen = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (/** @type {unknown[]} */ ...values) =>
          calls.push([name, ...values]),
      set: (_, name, value) => {
        if (name === "fillStyle") calls.push(value === "surface" ? "hollow" : "filled");
        return true;
      },
    },
  );
  draw(pen);
  return JSON.stringify(calls);
}

test("each state of a venue has a form of its own on the map, whatever the colours", () => {
  assert.equal(new Set(STATES.map(formOf)).size, STATES.length);
});

test("a rate is in the shade whose limit it reaches, and what had nothing to play in none", () => {
  assert.deepEqual(
    [0, 499, 500, 949, 980, 1000].map((confirmed) => shadeOf(confirmed, 1000, LIMITS)),
    [0, 0, 1, 3, 5, 5],
  );
  assert.equal(shadeOf(0, 0, LIMITS), -1);
});

test("the worst, the middling, the best and what isn't rated differ without colours too", () => {
  const forms = [-1, 0, 1, 2, 3, 4, 5].map((shade) =>
    formBy((pen) => drawRate(pen, 100, 100, shade, COLOURS)),
  );

  assert.equal(new Set(forms).size, 4);
  assert.equal(new Set([0, 2, 4, 6].map((place) => forms[place])).size, 4);
});
