/** Chromium 86 is what domestic browsers run: nothing newer in scripts and styles of the pages. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

const statics = fileURLToPath(new URL("../../server/web/static/", import.meta.url));
const NEWER_STYLES =
  /(?:padding|margin|inset)-(?:block|inline)\s*:|oklch\(|oklab|color-mix\(|light-dark\(|:has\(|:is\(|:where\(|:not\([^)]*,|@layer|@container|aspect-ratio|(?<![\w-])inset\s*:|accent-color|\bd[vs]h\b/;
const NEWER_CALLS =
  /\.at\(|structuredClone|replaceAll\(.*=>|Object\.hasOwn|randomUUID|\.findLast|\.toSorted|\.inert\b|AbortSignal\.timeout/;

/** @param {string} suffix */
const files = async (suffix) =>
  (
    await Promise.all(
      ["console/", "vendor/"].map((folder) =>
        readdir(statics + folder).then((names) => names.map((name) => folder + name)),
      ),
    )
  )
    .flat()
    // The browser of the API's description is for programmers, who have newer ones.
    .filter((name) => name.endsWith(suffix) && !name.includes("swagger"));

test("scripts have no syntax that the oldest browser lacks", async () => {
  for (const name of await files(".js")) {
    const text = await readFile(statics + name, "utf8");
    const options = /** @type {const} */ ({ loader: "js", minifyWhitespace: true });
    // esbuild rewrites `?.` for a bug of that browser with spread arguments, which we don't use.
    const supported = { "optional-chain": true };
    const oldest = await transform(text, { ...options, target: "chrome86", supported });
    const newest = await transform(text, { ...options, target: "esnext" });
    assert.equal(oldest.code, newest.code, name);
    if (name.startsWith("console/")) assert.doesNotMatch(text, NEWER_CALLS, name);
  }
});

test("styles have nothing that the oldest browser lacks", async () => {
  const sheets = await files(".css");
  assert.deepEqual(sheets.sort(), [
    "console/acts.css",
    "console/areas.css",
    "console/campaigns.css",
    "console/charts.css",
    "console/console.css",
    "console/enrol.css",
    "console/labels.css",
    "console/papers.css",
    "console/portrait.css",
    "console/sheet.css",
    "console/takeovers.css",
    "vendor/leaflet.css",
    "vendor/tabler.css",
    "vendor/uplot.css",
  ]);
  for (const name of sheets)
    assert.doesNotMatch(await readFile(statics + name, "utf8"), NEWER_STYLES, name);
});

test("Tabler is cut down to what the pages use", async () => {
  const cut = await readFile(`${statics}vendor/tabler.css`, "utf8");
  assert.ok(cut.length < 60_000, `${cut.length} characters`);
});
