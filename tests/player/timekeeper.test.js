import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../player/src/clock.js";
import { Timekeeper } from "../../player/src/timekeeper.js";

test("an exchange is kept for the next boot though the network goes before the next one", async () => {
  /** @type {unknown[]} */
  const kept = [];
  const ground = {
    clock: new Clock(
      () => performance.now(),
      () => Date.now(),
    ),
    machine: { move() {} },
    store: { put: async (/** @type {unknown} */ values) => kept.push(values) },
  };
  let asked = 0;
  const keeper = new Timekeeper(
    /** @type {any} */ (ground),
    async (t0) => {
      asked += 1;
      if (asked > 1) throw new Error("no network");
      return { t1: 1_795_563_720_000 + t0 };
    },
    () => {},
  );

  await keeper.compare(2);
  keeper.scope.end();

  assert.equal(asked, 2);
  assert.equal(kept.length, 1);
});
