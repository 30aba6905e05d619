import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { makePreview } from "../../deploy/build/player.mjs";
import { PreviewClock } from "../../player/preview/clock.js";

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

test("the clock runs from its instant, stands still, jumps and hurries", () => {
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
