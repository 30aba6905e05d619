/** In charge of media for the smoke test: plain pictures and a clip with a moving bar, made on the spot. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BLOCK = 4 * 1024 * 1024;

/** @param {Uint8Array | string} bytes */
export const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** @param {string[]} args */
function ffmpeg(...args) {
  const folder = mkdtempSync(join(tmpdir(), "anping-smoke-"));
  const path = join(folder, `out.${args.pop()}`);
  try {
    execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", ...args, path]);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Buffer} bytes @param {object} more */
const asset = (bytes, more) => ({
  bytes,
  asset: {
    digest: sha(bytes),
    bytes: bytes.length,
    width: 640,
    height: 360,
    blocks: Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) =>
      sha(bytes.subarray(index * BLOCK, (index + 1) * BLOCK)),
    ),
    ...more,
  },
});

/** @param {string} color */
export function picture(color) {
  const source = `color=${color}:size=640x360`;
  const bytes = ffmpeg("-f", "lavfi", "-i", source, "-frames:v", "1", "jpg");
  return asset(bytes, { kind: "image", type: "image/jpeg", duration_ms: null });
}

/** A file whose digest is right and which no browser can show. */
export const garbage = () =>
  asset(Buffer.from("not a picture"), { kind: "image", type: "image/jpeg", duration_ms: null });

/** @param {number} seconds */
export function clip(seconds) {
  const source = `testsrc=size=640x360:rate=10:duration=${seconds}`;
  const codec = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"];
  const bytes = ffmpeg("-f", "lavfi", "-i", source, ...codec, "mp4");
  return asset(bytes, { kind: "video", type: "video/mp4", duration_ms: seconds * 1000 });
}

/**
 * The mean colour of each frame of a folder of numbered JPEG files.
 * @param {string} folder
 * @returns {[number, number, number][]} red, green, blue, 0 to 255
 */
export function coloursOf(folder) {
  const bytes = [...oneDot("-i", join(folder, "%05d.jpg"))];
  const rows = Array.from({ length: bytes.length / 3 }, (_, n) => bytes.slice(3 * n, 3 * n + 3));
  return /** @type {[number, number, number][]} */ (rows);
}

/**
 * The mean colour of a picture: [red, green, blue], 0 to 255.
 * @param {Buffer} png
 */
export const colourOf = (png) => [...oneDot("-i", "-", png)];

/** @param {string} option @param {string} source @param {Buffer} [input] */
function oneDot(option, source, input) {
  const one = ["-vf", "scale=1:1:flags=area", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
  return execFileSync("ffmpeg", ["-loglevel", "error", option, source, ...one], { input });
}

/** Of a colour as the eye has it, 0 to 255. @param {number[]} colour red, green, blue */
export const brightness = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue;
