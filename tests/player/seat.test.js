import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "../../player/src/protocol.js";
import { isExpected, nextBoundary, seat, showingAt, slotRow } from "../../player/src/seat.js";
import { vectors } from "./vectors.js";

for (const [index, { manifest, answers }] of vectors("seat").cases.entries()) {
  test(`every instant of seat case ${index} has the seat that was worked out by hand`, () => {
    const plan = parseManifest(JSON.stringify(manifest));

    for (const answer of answers) assert.deepEqual(seat(plan, answer.at), answer);
  });

  test(`between two boundaries of seat case ${index} the picture never changes`, () => {
    const plan = parseManifest(JSON.stringify(manifest));

    for (const { at } of answers) {
      const end = nextBoundary(plan, at);
      assert.ok(end > at);
      if (end === Number.POSITIVE_INFINITY) continue;
      assert.equal(seat(plan, end - 1).asset, seat(plan, at).asset);
      assert.notDeepEqual(
        { ...seat(plan, end), at: 0, offset_ms: 0 },
        { ...seat(plan, end - 1), at: 0, offset_ms: 0 },
      );
    }
  });
}

for (const [index, { manifest, tenures }] of vectors("expected").cases.entries()) {
  test(`walking the boundaries of expected case ${index} meets each expected play once`, () => {
    const plan = parseManifest(JSON.stringify(manifest));

    for (const { from, until, expected } of tenures) {
      /** @type {Record<string, number>} */
      const met = {};
      for (let at = from; at < until; at = nextBoundary(plan, at)) {
        const showing = showingAt(plan, at);
        if (!showing || showing.startMs !== at || showing.endMs > until) continue;
        if (!isExpected(plan, showing)) continue;
        const campaign = plan.campaigns[slotRow(plan, showing)[3]] ?? "none";
        met[campaign] = (met[campaign] ?? 0) + 1;
      }
      assert.deepEqual(met, expected);
    }
  });
}
