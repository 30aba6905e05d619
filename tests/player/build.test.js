import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { makePlayer, OWN_NAMES } from "../../deploy/build/player.mjs";

// To be raised only in the change that needs it, with the reason in its message.
const BUDGET_BYTES = 25 * 1024;

// Of one word: nothing of the browser's, of the protocol's or of the database's is called so.
const OWN_WORDS = `
  alarm appoint asking bodies conductor covered doorway doubt drift enrolment exchanges filling ground guess
  horizon incident judged lift listeners machine needed pins planned pushed rebind rouse settle situation timekeeper trusted turns
  uncovered unsaved urgent waited watchdog`
  .trim()
  .split(/\s+/);

const files = await makePlayer();
const source = new URL("../../player/src/", import.meta.url);

test("the whole player, service worker included, fits its budget", () => {
  const bytes = Object.values(files).map((content) => gzipSync(content, { level: 9 }).length);
  const total = bytes.reduce((sum, one) => sum + one, 0);

  assert.ok(total <= BUDGET_BYTES, `${total} bytes gzipped`);
});

test("what is called otherwise in the built player is no name that anybody else reads", () => {
  /** @param {string} name */
  const read = (name) => readFileSync(new URL(name, source), "utf8");
  const texts = readdirSync(source)
    .map((name) => read(name))
    .join("\n");
  for (const name of OWN_NAMES) {
    assert.match(texts, new RegExp(`\\b${name}\\b`), `${name} is nowhere`);
    assert.doesNotMatch(texts, new RegExp(`["'\`]${name}["'\`]`), `${name} is a key`);
    assert.ok(/[A-Z]/.test(name) || OWN_WORDS.includes(name), name);
  }
  for (const [, body] of texts.matchAll(
    /(?:store\.put|JSON\.stringify|postMessage|facts)\(([^;]*?)\);/gs,
  )) {
    for (const name of OWN_NAMES) {
      assert.doesNotMatch(body, new RegExp(`\\b${name}\\b:`), `${name} is kept or sent`);
    }
  }
});

test("what is kept for later releases has the same names in each of them", () => {
  const texts = readdirSync(source).map((name) => readFileSync(new URL(name, source), "utf8"));
  const kept = texts
    .join("\n")
    .split("/**")
    .filter((text) =>
      /@typedef \{.*?\} (Boot|Play|Facts|Credential|KeptPlan|ClockNote|Kept)\b/.test(text),
    )
    .flatMap((text) => [
      ...text.split("*/")[0].matchAll(/(?:@property \{.*?\} \[?|[{,] ?)(\w+)\b/g),
    ])
    .map(([, name]) => name);

  for (const name of ["keptHead", "acked", "shown_ms", "switched", "deltaMs", "token", "digest"])
    assert.ok(kept.includes(name), `${name} isn't among ${kept}`);
  assert.deepEqual(
    OWN_NAMES.filter((name) => kept.includes(name)),
    [],
  );
});

test("the page works under the strict content policy", () => {
  assert.doesNotMatch(files["index.html"], /style=|<style|<script>|onclick|javascript:|https?:/);
  for (const content of Object.values(files)) {
    assert.doesNotMatch(content, /\beval\(|new Function\b|\.innerHTML/);
  }
});

test("the worker keeps exactly the files that the page names", () => {
  const named = Object.keys(files).filter((name) => /^player\./.test(name));

  for (const name of named) {
    assert.ok(files["index.html"].includes(`"${name}"`));
    assert.ok(files["sw.js"].includes(`"/player/${name}"`));
  }
});

test("the same source gives the same names", async () => {
  assert.deepEqual(Object.keys(await makePlayer()), Object.keys(files));
});

test("no source file is longer than 400 lines and each states what it is in charge of", () => {
  for (const name of readdirSync(source)) {
    const text = readFileSync(new URL(name, source), "utf8");
    assert.ok(text.split("\n").length <= 400, name);
    assert.match(text, /^\/\*\* .*(In charge of|Wiring only|in charge of)/, name);
  }
});

test("only the stage and the panels it is given touch the page", () => {
  for (const name of readdirSync(source)) {
    if (["stage.js", "panels.js", "main.js"].includes(name)) continue;
    const text = readFileSync(new URL(name, source), "utf8");
    assert.doesNotMatch(text, /document\.(body|createElement|getElementById|querySelector)/, name);
  }
});
