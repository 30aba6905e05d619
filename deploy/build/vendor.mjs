/**
 * Makes what the console's pages load from npm into server/web/static/vendor, which git ignores:
 * SortableJS, uPlot, the client of resumable uploads, Leaflet with Supercluster for maps, the browser of the API's description, of Tabler's styles only what the pages use (see styles.mjs); and of our own scripts what browsers load (pages.mjs).
 */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { buildPages } from "./pages.mjs";
import { tablerForThesePages } from "./styles.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const vendor = `${root}server/web/static/vendor/`;
/** @type {import("esbuild").TransformOptions & {target: string}} */
const OLDEST = { target: "chrome86", minify: true, legalComments: "inline" };

const sortable = await readFile(
  `${root}node_modules/sortablejs/modular/sortable.core.esm.js`,
  "utf8",
);
const styles = await tablerForThesePages(root);
await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"])
  await cp(`${root}node_modules/swagger-ui-dist/${file}`, vendor + file);
await writeFile(
  `${vendor}sortable.js`,
  `// @ts-nocheck\n${(await transform(sortable, { ...OLDEST, loader: "js" })).code}`,
);
await write("tus", 'export * from "./node_modules/tus-js-client/lib.esm/browser/index.js";');
await write("leaflet", 'export * from "leaflet/dist/leaflet-src.esm.js";');
await write("supercluster", 'export { default } from "supercluster";');
for (const [from, to] of [
  ["uplot/dist/uPlot.esm.js", "uplot.js"],
  ["uplot/dist/uPlot.min.css", "uplot.css"],
  ["leaflet/dist/leaflet.css", "leaflet.css"],
]) {
  const text = await readFile(`${root}node_modules/${from}`, "utf8");
  const isScript = to.endsWith(".js");
  const { code } = await transform(text, { ...OLDEST, loader: isScript ? "js" : "css" });
  await writeFile(vendor + to, isScript ? `// @ts-nocheck\n${code}` : code);
}
await writeFile(
  `${vendor}tabler.css`,
  (await transform(styles, { ...OLDEST, loader: "css" })).code,
);
await buildPages(root, OLDEST.target);

/**
 * One module of what some lines export, as a script of this server.
 * @param {string} name @param {string} contents
 */
async function write(name, contents) {
  await build({
    stdin: { contents, resolveDir: root },
    outfile: `${vendor}${name}.js`,
    bundle: true,
    format: "esm",
    target: OLDEST.target,
    minify: true,
    legalComments: "inline",
    banner: { js: "// @ts-nocheck" },
  });
}
