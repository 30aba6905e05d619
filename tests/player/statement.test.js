import assert from "node:assert/strict";
import { test } from "node:test";
import { askingOf, judgeBinding } from "../../player/src/statement.js";
import { vectors } from "./vectors.js";

const { asked, pinned, cases } = vectors("binding");

for (const { name, answer, detail, screen, pins_after: pinsAfter } of cases) {
  test(`bound again with ${name} it ${detail ? `doubts: ${detail}` : "is bound"}`, async () => {
    const { credential, doubt } = await judgeBinding(answer, asked, pinned);

    assert.equal(doubt ?? undefined, detail);
    assert.equal(credential?.screen, screen);
    assert.deepEqual(
      credential?.keys.map(({ kid }) => kid),
      pinsAfter,
    );
  });
}

test("without pins nothing is trusted", async () => {
  const { doubt } = await judgeBinding(cases[0].answer, asked, []);

  assert.equal(doubt, "unknown_key");
});

test("each asking has a nonce of its own, and names screen and pins", () => {
  const credential = { token: "t", screen: "s_9", keys: pinned };
  const [one, other] = [askingOf(credential), askingOf(credential)];

  assert.match(one.nonce, /^[A-Za-z0-9_-]{43}$/);
  assert.notEqual(one.nonce, other.nonce);
  assert.deepEqual([one.screen, one.kids], ["s_9", ["k1", "recovery"]]);
});
