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
  advancedMs againAt assignedRelease ownRelease reloadOnce alarm amendSwitched appoint asking
  begunAt bodies bringNext bringTakeover builtIn byKey comeOnline conductor countPlays covered
  doorway doubt drift endPlay endTimer enrolAgain enrolment everyBoot exchanges expectMore
  fetchAgain fetchAssignment fetchManifest filling firstMissing floorMs frozenMs gaveUp giveUp
  giveWay goBack ground guess halfTripMs handIn handInSoon headAfter headAt hiddenMs hiddenSince
  horizon incident isAtItsEnd isHere isSynced isTired isUp isUpdateWaiting isWell judged keepFact
  keepPlays keepReserve lastFrame lengthMs lift linkChanged listeners loadingKey loadVerified
  loadVideo watchAgain machine makeRoom makeSure manifestText mayLoad monoOf movedAt needed
  noticeJump noticePanel offsetMs oneBoot onFailure pins planAt planned pushed putNote quietMs
  raiseFloor rebind reckonAgain retryAfterMs retryNow rouse seeFrame seekedMs sendSwitched settle
  setVolume showCorner shownMs showPanel situation standIn startMono startNext stayAwake steppedBack
  switchAt switchedAgain takeBlocks takeBody takeEvent takePacket timekeeper toKeep assignedAt
  trusted tryToHandIn turns turnTo uncovered unsaved untilMs urgent waited watchdog writeDown`
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
    compress: {
      passes: 3,
      ecma: 2018,
      hoist_funs: true,
      inline: 1,
      pure_getters: true,
      lhs_constants: false,
    },
    mangle: { properties: { regex: new RegExp(`^(?:${OWN_NAMES.join("|")})$`) } },
  });
  return code ?? "";
}

const UNNAMED = "0".repeat(10);
// Placeholders in bundles for digests that are known only when these are made. Each is as long as a digest
// and no number, so that nothing becomes shorter, and found nowhere else.
const CONTENT = "::content:";
const SCRIPT_NAME = "::script::";

/**
 * @typedef {{version?: string, bootMs?: number, doubtMs?: number, script?: string}} Made what a test wants otherwise: how
 *   long a release may take to play, how long a screen is unknown before a code is shown in its corner, another script
 */

/** @param {Made} [made] @returns {Promise<Record<string, string>>} content by name */
export async function makePlayer(made = {}) {
  return (await makeRelease(made)).files;
}

/**
 * All of it names its release, so the name is the digest of what it would be without a name.
 * @param {Made} [made]
 * @returns {Promise<{player: string, files: Record<string, string>}>} what the player calls itself; content by name
 */
export async function makeRelease(made = {}) {
  const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const wanted = { version, ...made };
  const parts = await makeParts(wanted);
  const release = digest(Object.values(named(parts, UNNAMED)).join(""));
  return { player: `${wanted.version}+${release}`, files: named(parts, release) };
}

/** @typedef {{script: string, style: string, page: string, worker: string}} Parts */

/**
 * What takes long, and is the same under any name.
 * @param {Made} made
 * @returns {Promise<Parts>}
 */
async function makeParts(made) {
  const built = await bundle("src/main.js", {
    "globalThis.__VERSION__": JSON.stringify(`${made.version}+${UNNAMED}`),
    "globalThis.__DOUBT_MS__": String(made.doubtMs ?? 600e3),
  });
  const style = await bundle("player.css", {});
  const styleName = `player.${digest(style)}.css`;
  const page = (await readFile(`${player}index.html`, "utf8"))
    .replace("player.css", styleName)
    .replace('type="module" src="player.js"', `defer src="player.${SCRIPT_NAME}.js"`);
  const shell = ["/player/", `/player/player.${SCRIPT_NAME}.js`, `/player/${styleName}`];
  const worker = await bundle("src/worker.js", {
    "globalThis.__SHELL__": JSON.stringify(shell),
    "globalThis.__RELEASE__": JSON.stringify(UNNAMED),
    "globalThis.__CONTENT__": JSON.stringify(CONTENT),
    "globalThis.__BOOT_MS__": String(made.bootMs ?? 60e3),
  });
  return { script: made.script ?? built, style, page, worker };
}

/**
 * @param {Parts} parts
 * @param {string} release
 * @returns {Record<string, string>} content by name
 */
function named(parts, release) {
  /** @param {string} text @param {string} mark @param {string} name */
  const put = (text, mark, name) => text.split(mark).join(name);
  const { style } = parts;
  const script = put(parts.script, UNNAMED, release);
  const page = put(parts.page, SCRIPT_NAME, digest(script));
  const shelled = put(put(parts.worker, UNNAMED, release), SCRIPT_NAME, digest(script));
  const worker = put(shelled, CONTENT, digest(page + script + style));
  const [scriptName, styleName] = [`player.${digest(script)}.js`, `player.${digest(style)}.css`];
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
