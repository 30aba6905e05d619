import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeAssignment, mayLoad, parseManifest, sha256 } from "../../player/src/protocol.js";
import { vectors } from "./vectors.js";

const { state, cases } = vectors("assignment");

for (const { name, message, verdict, detail, pins_after: pinsAfter } of cases) {
  test(`an assignment with ${name} is ${verdict}${detail ? ` as ${detail}` : ""}`, async () => {
    const judged = await judgeAssignment(message, state);

    assert.equal(judged.reason === null ? "accepted" : "refused", verdict.split(" ")[0]);
    assert.equal(judged.reason ?? undefined, detail ?? verdict.split(" ")[1]);
    if (pinsAfter)
      assert.deepEqual(
        judged.order?.keys?.map((key) => key.kid),
        pinsAfter,
      );
  });
}

test("the first assignment after pairing is accepted whatever its version", async () => {
  const judged = await judgeAssignment(cases[0].message, { ...state, accepted: null });

  assert.equal(judged.reason, null);
});

test("a takeover with a malformed asset makes the whole assignment malformed", async () => {
  const order = JSON.parse(cases[1].message.assignment);
  order.takeover.asset.digest = "../etc";

  const judged = await judgeAssignment(
    { ...cases[1].message, assignment: JSON.stringify(order) },
    state,
  );

  assert.equal(judged.reason, "malformed");
});

const good = vectors("seat").cases[0].manifest;
/** @type {[string, (plan: any) => void][]} */
const damages = [
  [
    "an unknown format",
    (plan) => {
      plan.format = 2;
    },
  ],
  [
    "a gap between slots",
    (plan) => {
      plan.loops.L1.slots.splice(1, 1);
    },
  ],
  [
    "a period that its slots don't fill",
    (plan) => {
      plan.loops.L1.period_ms += 1;
    },
  ],
  [
    "an asset index beyond the list",
    (plan) => {
      plan.loops.L1.slots[0][2] = 99;
    },
  ],
  [
    "a campaign index beyond the list",
    (plan) => {
      plan.loops.L1.slots[0][3] = 99;
    },
  ],
  [
    "overlapping segments",
    (plan) => {
      plan.segments[1].from = plan.segments[0].from;
    },
  ],
  [
    "a segment of an unknown loop",
    (plan) => {
      plan.segments[0].loop = "L99";
    },
  ],
  [
    "no fallback",
    (plan) => {
      plan.fallback = 99;
    },
  ],
  [
    "an asset whose digest is a path",
    (plan) => {
      plan.assets[0].digest = "../../x";
    },
  ],
];
for (const [name, damage] of damages) {
  test(`a manifest with ${name} is corrupt`, () => {
    const plan = structuredClone(good);
    damage(plan);

    assert.throws(() => parseManifest(JSON.stringify(plan)), { code: "manifest_corrupt" });
  });
}

test("a captive portal's page is no manifest", () => {
  assert.throws(() => parseManifest("<html>"), { code: "manifest_corrupt" });
});

test("a manifest's digest is over the bytes as sent", async () => {
  const { manifest_body: body, manifest_digest: digest } = vectors("plays");

  assert.equal(await sha256(body), digest);
});

const nights = { networks: ["wifi"], hours: [[1000, 2000]] };
const always = { networks: ["wifi"], hours: [] };
/** @type {[string, any, number, string, boolean][]} */
const networks = [
  ["without a word about volume", undefined, 0, "cellular", true],
  ["on a network that is named", nights, 0, "wifi", true],
  ["on another one outside its hours", nights, 999, "cellular", false],
  ["on another one in its hours", nights, 1000, "cellular", true],
  ["on another one when its hours are over", nights, 2000, "cellular", false],
  ["on one without a name outside the hours", nights, 0, "", false],
  ["on one without a name where there are no hours", always, 0, "", true],
  ["on another one where there are no hours", always, 0, "cellular", false],
];
for (const [name, metered, now, network, may] of networks) {
  test(`media ${may ? "come" : "don't come"} ${name}`, () => {
    assert.equal(mayLoad(/** @type {any} */ ({ metered }), now, network), may);
  });
}
