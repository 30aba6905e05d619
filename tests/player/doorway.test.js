import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { doorwayOf } from "../../player/src/doorway.js";

const SVG = "<svg/>";
const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** @param {unknown} kept */
function doorway(kept = null) {
  /** @type {Record<string, unknown>} */
  const facts = { qr_svg: kept };
  const store = {
    get: async (/** @type {string} */ name) => facts[name],
    put: async (/** @type {object} */ more) => Object.assign(facts, more),
  };
  const stage = {
    shown: 0,
    fill: (/** @type {unknown} */ _door, /** @type {Node[]} */ inside) => {
      stage.shown = inside.length;
    },
  };
  const parts = /** @type {any} */ ({ stage, store, credential: { token: "token" } });
  return { door: doorwayOf(parts), stage, facts };
}

/** @param {unknown} body @param {number} [status] */
const answer = (body, status = 200) => {
  globalThis.fetch = async () => new Response(JSON.stringify(body), { status });
};

/** Just enough of a page to make a figure with an image in it. */
globalThis.document = /** @type {any} */ ({
  createElement: () => ({ append: () => {} }),
});

test("the code stands only where no content is: never over slots and takeovers, nor off hours", async () => {
  const { door, stage } = doorway(SVG);
  await door.restore();
  const shownAt = (/** @type {string} */ key) => {
    door.show(key);
    return stage.shown;
  };

  for (const key of ["builtin", "fallback:ab:0", "pause:1"]) assert.equal(shownAt(key), 1, key);
  for (const key of ["ab12:0:1:2:false:", "ba11:0:0:1:true:", "takeover:t_1:5", "off:3"]) {
    assert.equal(shownAt(key), 0, key);
  }
});

test("what the server says of the page is kept, also that there is none any more", async () => {
  const { door, facts, stage } = doorway();
  door.show("builtin");
  answer({ qr_svg: SVG });
  await door.refresh();
  assert.deepEqual([facts.qr_svg, stage.shown], [SVG, 1]);

  answer({ qr_svg: null });
  await door.refresh();
  assert.deepEqual([facts.qr_svg, stage.shown], [null, 0]);
});

test("without network or with a portal in the way, the code stays what it was", async () => {
  const { door } = doorway(SVG);
  await door.restore();
  globalThis.fetch = async () => {
    throw new TypeError("offline");
  };
  await door.refresh();
  answer("<html>", 503);
  await door.refresh();

  assert.equal(door.code, SVG);
});
