import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { commandsOf } from "../../player/src/commands.js";
import { vectors } from "./vectors.js";

const { screen, pinned, cases } = vectors("command");
const credential = { token: "t", screen, keys: pinned };

const { document: before } = globalThis;
afterEach(() => {
  globalThis.document = before;
});

/** A player with just enough of a page that the picture on its glass can be read. */
function player() {
  globalThis.document = /** @type {any} */ ({
    createElement: () => ({
      append(/** @type {any[]} */ ...inside) {
        this.words.push(...inside.flatMap((one) => one.words || [one]));
      },
      words: /** @type {any[]} */ ([]),
    }),
  });
  /** @type {any[]} */
  const glass = [];
  const command = commandsOf(
    /** @type {any} */ ({
      stage: { showPanel: (/** @type {any} */ panel) => glass.push(panel.words) },
      scope: { after: () => {} },
      plans: { credential },
      clock: { latest: () => cases[0].at },
      status: { screen },
      doorway: { refresh: async () => {}, code: null },
    }),
  );
  return { command, glass };
}

for (const { name, command: sent, shown } of cases) {
  test(`of ${name} it ${shown ? "shows what was signed" : "shows nothing"}`, async () => {
    const { command, glass } = player();

    const answer = await command(sent);

    const bad = { ok: false, error: "bad_signature" };
    assert.deepEqual(answer, shown ? { ok: true, result: null } : bad);
    assert.deepEqual(glass, shown ? [[shown.name, shown.number]] : []);
  });
}
