import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { makePreview } from "../../deploy/build/player.mjs";
import { PreviewClock } from "../../player/preview/clock.js";
import { Projector } from "../../player/preview/projector.js";
import { parseManifest } from "../../player/src/protocol.js";

// To be raised only in the change that needs it, with the reason in its message.
const BUDGET_BYTES = 9_000;

const files = await makePreview();

test("the preview is the stage without all that records, keeps or talks as a player", () => {
  const script = Object.entries(files).find(([name]) => name.endsWith(".js"))?.[1] ?? "";

  assert.match(script, /\/api\/v1\/screens\//);
  assert.doesNotMatch(script, /indexedDB|serviceWorker|caches\.|Authorization|socket|\/player\//);
});

test("the preview fits its budget and the strict content policy", () => {
  const bytes = Object.values(files).map((content) => gzipSync(content, { level: 9 }).length);
  const total = bytes.reduce((sum, one) => sum + one, 0);

  assert.ok(total <= BUDGET_BYTES, `${total} bytes gzipped`);
  assert.doesNotMatch(files["index.html"], /style=|<style|<script>|onclick|javascript:|https?:/);
  for (const name of Object.keys(files))
    if (name !== "index.html") assert.ok(files["index.html"].includes(`"${name}"`));
});

test("the clock runs from its instant, stops, jumps and hurries", () => {
  let mono = 500;
  const clock = new PreviewClock(() => mono, 10_000);
  mono += 250;
  assert.equal(clock.now(), 10_250);

  clock.run(false);
  mono += 1000;
  assert.equal(clock.now(), 10_250);
  assert.equal(clock.waitFor(10_260), Number.POSITIVE_INFINITY);
  clock.set(50_000);
  assert.equal(clock.now(), 50_000);

  clock.run(true);
  clock.hurry(10);
  mono += 100;
  assert.equal(clock.now(), 51_000);
  assert.equal(clock.waitFor(52_000), 100);
});

const FROM = 1767225600000;
const plan = {
  digest: "f".repeat(64),
  manifest: parseManifest(
    JSON.stringify({
      format: 1,
      timezone: "Asia/Shanghai",
      assets: ["a", "b", "c", "d"].map((letter) => ({
        digest: letter.repeat(64),
        kind: "image",
        type: "image/jpeg",
        bytes: 1,
        width: 1,
        height: 1,
      })),
      campaigns: [],
      loops: {
        L1: {
          period_ms: 30000,
          slots: [
            [0, 10000, 0, -1],
            [10000, 5000, 1, -1],
            [15000, 15000, 2, -1],
          ],
        },
      },
      segments: [{ from: FROM, until: FROM + 60000, loop: "L1", anchor: FROM }],
      fallback: 3,
      fit: "contain",
      sound: false,
    }),
  ),
};

test("who steps faster than pictures load gets as many places on as he asked for", () => {
  const clock = new PreviewClock(() => 0, FROM);
  clock.run(false);
  const nothing = () => {};
  const stage = /** @type {any} */ ({ front: { video: {}, picture: null } });
  const projector = new Projector({
    stage,
    clock,
    ask: () => new Promise(nothing),
    publish: nothing,
  });
  projector.moment = { plan, takeover: null, title: null };
  const places = [1, 1, 1, -1, -1, -1].map((by) => {
    projector.stepBy(by);
    return clock.now() - FROM;
  });

  assert.deepEqual(places, [10000, 15000, 30000, 15000, 10000, 0]);
});
