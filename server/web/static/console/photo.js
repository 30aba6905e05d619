/** Photos on their way: made smaller before they are sent, sent with progress. */
import { csrfToken, Problem } from "./api.js";

const LONGEST_PX = 2048; // the server keeps 1,600
const QUALITY = 0.85;
const SMALL_BYTES = 500_000;
const PATIENCE_MS = 60_000;

/** The network is away, or the server: trying again may help. */
export class NoNetwork extends Error {}

/**
 * As large as a proof needs: a phone's photo of 8 MB is a long way over a weak network.
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
export async function smaller(file) {
  if (file.size <= SMALL_BYTES) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return made && made.size < file.size ? made : file;
  } catch {
    return file; // a kind that this browser can't read, and the server maybe can
  }
}

/**
 * @param {string} path
 * @param {Blob} file
 * @param {string} name
 * @param {(share: number) => void} progress
 * @returns {Promise<void>} rejects with NoNetwork or a Problem
 */
export function sendPhoto(path, file, name, progress) {
  const body = new FormData();
  body.append("file", file, name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.timeout = PATIENCE_MS;
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    const away = () => reject(new NoNetwork());
    request.onerror = away;
    request.ontimeout = away;
    request.onabort = away;
    request.onload = () => {
      if (request.status < 300) resolve();
      else if (request.status >= 500 || request.status === 429) away();
      else reject(new Problem(asDocument(request.responseText)));
    };
    request.send(body);
  });
}

/** @param {string} text @returns {{detail?: string, title?: string}} */
function asDocument(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { title: text.slice(0, 200) };
  }
}
