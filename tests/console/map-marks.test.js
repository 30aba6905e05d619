import assert from "node:assert/strict";
import { test } from "node:test";
import { drawMark } from "../../server/web/static/console/map-marks.js";

const STATES = ["dark", "unbound", "online", "paused", "idle", "manual", "none"];
const COLOURS = /** @type {any} */ (
  Object.fromEntries(["bad", "wait", "good", "surface", "blue", "none"].map((name) => [name, name]))
);

/** What is drawn for a state, colours aside. @param {string} state */
function formOf(state) {
  /** @type {unknown[]} */
  const told = [];
  const pen = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (/** @type {unknown[]} */ ...values) =>
          told.push([name, ...values]),
      set: (_, name, value) => {
        if (name === "fillStyle") told.push(value === "surface" ? "hollow" : "filled");
        return true;
      },
    },
  );
  drawMark(/** @type {any} */ (pen), 100, 100, state, COLOURS);
  return JSON.stringify(told);
}

test("each state of a venue has a form of its own on the map, whatever the colours", () => {
  assert.equal(new Set(STATES.map(formOf)).size, STATES.length);
});
