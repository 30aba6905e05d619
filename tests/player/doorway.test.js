import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { doorwayOf } from "../../player/src/doorway.js";
import { SIGNING, toBase64Url } from "../../player/src/protocol.js";

const SVG = "<svg/>";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const [own, stranger] = await Promise.all(
  [1, 2].map(() => crypto.subtle.generateKey(CURVE, true, ["sign", "verify"])),
);
const { x, y } = await crypto.subtle.exportKey("jwk", own.publicKey);
const credential = { token: "token", screen: "s_9", keys: [{ kid: "k1", x, y }] };
const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** @param {string | null} svg */
const kept = (svg) => ({ qr_svg: svg, issued_at: 100 });

/** @param {unknown} page */
function doorway(page = undefined) {
  /** @type {Record<string, any>} */
  const facts = { page };
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
  const parts = /** @type {any} */ ({ stage, store, plans: { credential } });
  return { door: doorwayOf(parts), stage, facts };
}

/** @param {unknown} body @param {number} [status] */
const answer = (body, status = 200) => {
  globalThis.fetch = async () => new Response(JSON.stringify(body), { status });
};

/**
 * The signed statement of the page.
 * @param {string | null} svg
 * @param {Record<string, any>} [other]
 * @param {CryptoKeyPair} [key]
 */
async function page(svg, other = {}, key = own) {
  const content = { format: 1, screen: "s_9", qr_svg: svg, issued_at: 200 };
  const statement = JSON.stringify({ ...content, ...other });
  const bytes = new TextEncoder().encode(statement);
  const signature = toBase64Url(await crypto.subtle.sign(SIGNING, key.privateKey, bytes));
  return { address: null, qr_svg: svg, signed: { statement, kid: "k1", signature } };
}

/** @param {any} answered */
const altered = ({ signed }) => ({
  qr_svg: "<svg>138</svg>",
  signed: { ...signed, statement: signed.statement.replace(SVG, "<svg>138</svg>") },
});

/** Just enough of a page to make a figure with an image in it. */
globalThis.document = /** @type {any} */ ({
  createElement: () => ({ append: () => {} }),
});

test("the code is shown only where no content is: never over slots and takeovers, nor off hours", async () => {
  const { door, stage } = doorway(kept(SVG));
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

test("the statement of the page is kept, also that there is none any more", async () => {
  const { door, facts, stage } = doorway();
  await door.restore();
  door.show("builtin");
  answer(await page(SVG));
  await door.refresh();
  assert.deepEqual([facts.page.qr_svg, stage.shown], [SVG, 1]);

  answer(await page(null));
  await door.refresh();
  assert.deepEqual([facts.page.qr_svg, stage.shown], [null, 0]);
});

test("no code is shown on the glass that a pinned key hasn't signed for this screen", async () => {
  const forged = {
    "without a signature": { qr_svg: "<svg>138</svg>" },
    "an answer without anything": {},
    "no page any more, unsigned": { qr_svg: null },
    "a statement that was altered": altered(await page(SVG)),
    "a stranger's key under a pinned name": await page("<svg>138</svg>", {}, stranger),
    "another screen's": await page("<svg>138</svg>", { screen: "s_10" }),
    "one that was replaced since": await page("<svg>138</svg>", { issued_at: 99 }),
    "one without a time": await page("<svg>138</svg>", { issued_at: null }),
    "an order in its place": await page(SVG, { qr_svg: undefined }),
  };
  for (const [name, body] of Object.entries(forged)) {
    const { door, facts, stage } = doorway(kept(SVG));
    await door.restore();
    door.show("builtin");
    answer(body);
    await door.refresh();

    assert.deepEqual([door.code, facts.page, stage.shown], [SVG, kept(SVG), 1], name);
  }
});

test("beside a signature other words are of no account", async () => {
  const { door, facts } = doorway();
  await door.restore();
  answer({ ...(await page(SVG)), qr_svg: "<svg>138</svg>" });
  await door.refresh();

  assert.equal(facts.page.qr_svg, SVG);
});

test("a code that an earlier release kept unsigned isn't shown", async () => {
  const { door, facts, stage } = doorway();
  facts.qr_svg = SVG;
  await door.restore();
  door.show("builtin");

  assert.equal(stage.shown, 0);
});

test("without network or with a portal in the way, the code stays what it was", async () => {
  const { door } = doorway(kept(SVG));
  await door.restore();
  globalThis.fetch = async () => {
    throw new TypeError("offline");
  };
  await door.refresh();
  answer("<html>", 503);
  await door.refresh();

  assert.equal(door.code, SVG);
});
