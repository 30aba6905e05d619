/**
 * Builds player/dist: one script, one style sheet, one page and the service worker, named by content;
 * and player/preview/dist, the same stage without all that records and talks to the server.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";

const root = fileURLToPath(new URL("../../", import.meta.url));
const player = `${root}player/`;

/** @param {string | Uint8Array} content */
const digest = (content) => createHash("sha256").update(content).digest("hex").slice(0, 10);

// Names of our own methods and parts, which get short ones: none is on the wire, in a database, in
// a message or the browser's (tests/player/build.test.js).
export const OWN_NAMES = `
  advancedMs begunAt builtIn bringNext bringTakeover comeOnline conductor countPlays doorway
  endPlay endTimer enrolAgain everyBoot exchanges expectMore fetchAgain fetchAssignment
  fetchManifest firstMissing floorMs frozenMs giveUp giveWay goBack halfTripMs handIn
  handInSoon headAfter headAt hiddenMs hiddenSince isHere isSynced isTired isUp
  isUpdateWaiting isWell keepFact keepPlays keepReserve keptHead lastFrame lengthMs
  linkChanged loadVerified loadVideo loadingKey lookAgain makeRoom makeSure manifestText
  mayLoad monoOf movedAt noticeJump noticePanel onFailure oneBoot putNote quietMs
  raiseFloor reckonAgain refusedAt retryAfterMs retryNow seeFrame seekedMs sendSwitched
  setVolume showCorner showPanel standIn startMono startNext stayAwake steppedBack
  switchedAnew takeBlocks takeBody takeEvent takePacket timekeeper toKeep tryToHandIn
  switchAt turnTo untilMs watchdog writeDown`
  .trim()
  .split(/\s+/);

/**
 * Lowered and put into one by esbuild; terser makes scripts a fortieth smaller than it would.
 * @param {string} entry
 * @param {Record<string, string>} define
 */
async function bundle(entry, define) {
  const isScript = entry.endsWith(".js");
  const { outputFiles } = await build({
    entryPoints: [`${player}${entry}`],
    bundle: true,
    minify: !isScript,
    minifySyntax: true,
    format: "iife",
    target: "chrome69",
    legalComments: "none",
    write: false,
    charset: "utf8",
    define,
  });
  const { text } = outputFiles[0];
  if (!isScript) return text;
  const { code } = await minify(text, {
    module: true,
    // To read a property of ours, or of the browser's that we read, does nothing else.
    compress: { passes: 3, ecma: 2018, inline: 1, pure_getters: true, lhs_constants: false },
    mangle: { properties: { regex: new RegExp(`^(?:${OWN_NAMES.join("|")})$`) } },
  });
  return code ?? "";
}

const UNNAMED = "0".repeat(10);

/**
 * @typedef {{version?: string, bootMs?: number, doubtMs?: number, script?: string}} Made what a test wants otherwise: how
 *   long a release may take to play, how long a screen is unknown before a code stands in its corner, another script
 */

/** @param {Made} [made] @returns {Promise<Record<string, string>>} content by name */
export async function makePlayer(made = {}) {
  return (await makeRelease(made)).files;
}

/**
 * All of it says which release it is, so the name is the digest of what it would be without a name.
 * @param {Made} [made]
 * @returns {Promise<{player: string, files: Record<string, string>}>} what the player calls itself; content by name
 */
export async function makeRelease(made = {}) {
  const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const wanted = { version, ...made };
  const release = digest(Object.values(await makeFiles(wanted, UNNAMED)).join(""));
  return { player: `${wanted.version}+${release}`, files: await makeFiles(wanted, release) };
}

/**
 * @param {Made} made
 * @param {string} release
 */
async function makeFiles(made, release) {
  const built = await bundle("src/main.js", {
    "globalThis.__VERSION__": JSON.stringify(`${made.version}+${release}`),
    "globalThis.__DOUBT_MS__": String(made.doubtMs ?? 600e3),
  });
  const script = made.script ?? built;
  const style = await bundle("player.css", {});
  const [scriptName, styleName] = [`player.${digest(script)}.js`, `player.${digest(style)}.css`];
  const page = (await readFile(`${player}index.html`, "utf8"))
    .replace("player.css", styleName)
    .replace('type="module" src="player.js"', `defer src="${scriptName}"`);
  const shell = ["/player/", `/player/${scriptName}`, `/player/${styleName}`];
  const worker = await bundle("src/worker.js", {
    "globalThis.__SHELL__": JSON.stringify(shell),
    "globalThis.__RELEASE__": JSON.stringify(release),
    "globalThis.__CONTENT__": JSON.stringify(digest(page + script + style)),
    "globalThis.__BOOT_MS__": String(made.bootMs ?? 60e3),
  });
  return { "index.html": page, [scriptName]: script, [styleName]: style, "sw.js": worker };
}

/**
 * The page that the console frames to show any screen at any time.
 * @returns {Promise<Record<string, string>>} content by name
 */
export async function makePreview() {
  const script = await bundle("preview/main.js", {});
  const style = await bundle("player.css", {});
  const [scriptName, styleName] = [`preview.${digest(script)}.js`, `player.${digest(style)}.css`];
  const page = (await readFile(`${player}preview/index.html`, "utf8"))
    .replace("player.css", styleName)
    .replace('type="module" src="preview.js"', `defer src="${scriptName}"`);
  return { "index.html": page, [scriptName]: script, [styleName]: style };
}

/** @param {string} dist @param {Record<string, string>} files */
async function write(dist, files) {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(dist + name, content);
}

/**
 * The folder of a player's release; `release.json` is for the server alone.
 * @param {string} dist
 * @param {Made} [made]
 */
export async function writeRelease(dist, made = {}) {
  const { player, files } = await makeRelease(made);
  await write(dist, { ...files, "release.json": JSON.stringify({ player }) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeRelease(`${player}dist/`);
  await write(`${player}preview/dist/`, await makePreview());
}
