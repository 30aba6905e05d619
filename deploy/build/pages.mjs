/**
 * Makes of the pages' scripts and styles what browsers load: put together, made small, packed, named
 * by content, in server/web/static/vendor/built with a list of what was made of what (files.json).
 * server/web/static_files.py leaves it aside where a source has changed since.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const NAMED = /static\('((?:console|vendor)\/[\w-]+\.(?:js|css))'\)/g;
// Large, for one page, and made small by who makes it.
const LEFT = /swagger/;

/** @param {Uint8Array} content */
const digest = (content) => createHash("sha256").update(content).digest("hex").slice(0, 16);

/**
 * @param {string} root the repository's folder, with a slash
 * @param {string} target the oldest browser
 */
export async function buildPages(root, target) {
  const statics = `${root}server/web/static/`;
  const out = `${statics}vendor/built/`;
  const entries = await named(`${root}server/web/templates`);
  const { metafile, outputFiles } = await build({
    absWorkingDir: statics,
    entryPoints: entries,
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    target,
    legalComments: "none",
    // Pictures of Leaflet's controls and markers, which no page has.
    external: ["images/*"],
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    write: false,
    metafile: true,
  });
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const { path, contents } of outputFiles) {
    await writeFile(path, contents);
    await writeFile(`${path}.gz`, gzipSync(contents, { level: 9 }));
    await writeFile(`${path}.br`, brotliCompressSync(contents));
  }
  await writeFile(`${out}files.json`, JSON.stringify(await listed(statics, metafile), null, 1));
}

/**
 * What the templates in a folder name, and in those below it.
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function named(folder) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const one of await readdir(folder, { withFileTypes: true })) {
    const path = `${folder}/${one.name}`;
    const names = one.isDirectory()
      ? await named(path)
      : [...(await readFile(path, "utf8")).matchAll(NAMED)].map(([, name]) => name);
    for (const name of names) if (!LEFT.test(name)) found.add(name);
  }
  return [...found].sort();
}

/**
 * @param {string} statics
 * @param {import("esbuild").Metafile} metafile
 */
async function listed(statics, metafile) {
  /** @type {Record<string, string>} */
  const sources = {};
  for (const name of Object.keys(metafile.inputs).sort())
    sources[name] = digest(await readFile(statics + name));
  /** @type {Record<string, {file: string, parts: string[]}>} */
  const files = {};
  for (const [path, { entryPoint, imports }] of Object.entries(metafile.outputs))
    if (entryPoint)
      files[entryPoint] = {
        file: basename(path),
        parts: imports
          .filter(({ kind }) => kind === "import-statement")
          .map((one) => basename(one.path)),
      };
  return { sources, files };
}
