/**
 * Sends one file in parts (tus 1.0.0). It goes on after a pause, a lost network, a killed server,
 * and after the page was left: the browser remembers its address under the file's name and size.
 */
import { defaultOptions, Upload } from "../vendor/tus.js";
import { csrfToken } from "./api.js";

const ENDPOINT = "/api/v1/uploads";
const PART_BYTES = 16 * 1024 * 1024;
// Together longer than a server takes to be back, and than it holds on to a lost connection.
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const MARK = "anping";

/**
 * @typedef {object} Watch
 * @property {(fraction: number) => void} progress
 * @property {(asset: string, duplicate: boolean, pages: string[]) => void} done pages: a document's
 * @property {(sentence: string | null) => void} failed the server's refusal, or null: no network
 */

/** The person's session has ended: what was sent is kept. */
class SignedOut extends Error {}

/** A server that is away must not be taken for an upload that is gone. */
class Away extends Error {}

/**
 * @param {File} file
 * @param {Record<string, string>} metadata what goes into Upload-Metadata beside the name
 * @param {Watch} watch
 * @returns {{start(): Promise<void>, pause(): void, cancel(): Promise<void>}}
 */
export function sendInParts(file, metadata, watch) {
  const received = { asset: "", duplicate: false, pages: "" };
  /** @type {any} */
  const upload = new Upload(file, {
    endpoint: ENDPOINT,
    chunkSize: PART_BYTES,
    retryDelays: RETRY_MS,
    removeFingerprintOnSuccess: true,
    headers: { "X-CSRF-Token": csrfToken() },
    metadata: { filename: file.name, ...metadata },
    fingerprint: async () =>
      [MARK, file.name, file.size, file.lastModified, metadata.replaces ?? "", metadata.fit].join(
        "-",
      ),
    onAfterResponse: (/** @type {any} */ request, /** @type {any} */ response) =>
      readHeaders(request, response, received),
    onShouldRetry: shouldRetry,
    onProgress: (/** @type {number} */ sent, /** @type {number} */ all) =>
      watch.progress(all ? sent / all : 0),
    onSuccess: () =>
      watch.done(received.asset, received.duplicate, received.pages.split(/, */).filter(Boolean)),
    onError: (/** @type {any} */ error) => {
      if (problem(error) && !shouldRetry(error)) void forget(upload);
      fail(error, watch);
    },
  });
  return {
    start: async () => {
      const [earlier] = await upload.findPreviousUploads();
      if (earlier && !upload.url) upload.resumeFromPreviousUpload(earlier);
      upload.start();
    },
    pause: () => void upload.abort(),
    cancel: () => upload.abort(true).catch(() => undefined),
  };
}

/**
 * The uploads that this browser began and didn't end.
 * @returns {Promise<{name: string, forget: () => Promise<void>}[]>}
 */
export async function unfinished() {
  const storage = defaultOptions.urlStorage;
  const earlier = /** @type {any[]} */ (await storage.findAllUploads());
  return earlier
    .filter((one) => one.urlStorageKey.startsWith(`tus::${MARK}-`))
    .map((one) => ({
      name: one.metadata?.filename ?? "",
      forget: async () => {
        const headers = { "X-CSRF-Token": csrfToken(), "Tus-Resumable": "1.0.0" };
        await fetch(one.uploadUrl, { method: "DELETE", headers });
        await storage.removeUpload(one.urlStorageKey);
      },
    }));
}

/**
 * What was refused is gone from the server, so nothing is to be gone on with.
 * @param {any} upload
 */
async function forget(upload) {
  for (const earlier of await upload.findPreviousUploads())
    await defaultOptions.urlStorage.removeUpload(earlier.urlStorageKey);
}

/**
 * @param {any} request
 * @param {any} response
 * @param {{asset: string, duplicate: boolean, pages: string}} received
 */
function readHeaders(request, response, received) {
  const status = response.getStatus();
  if (status === 401) throw new SignedOut();
  if (request.getMethod() === "HEAD" && status >= 500) throw new Away();
  received.asset = response.getHeader("Anping-Asset") ?? received.asset;
  received.pages = response.getHeader("Anping-Pages") ?? received.pages;
  received.duplicate = response.getHeader("Anping-Duplicate") === "true" || received.duplicate;
}

/** @param {any} error */
function shouldRetry(error) {
  if (error.causingError instanceof SignedOut) return false;
  const status = error.originalResponse?.getStatus() ?? 0;
  if (status === 409) return problem(error)?.code === "offset";
  return status === 0 || status === 423 || (status >= 500 && status !== 507);
}

/**
 * @param {any} error
 * @param {Watch} watch
 */
function fail(error, watch) {
  if (error.causingError instanceof SignedOut)
    return window.location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  const refusal = problem(error);
  watch.failed(refusal && !shouldRetry(error) ? refusal.detail : null);
}

/** @param {any} error */
function problem(error) {
  try {
    return JSON.parse(error.originalResponse?.getBody() ?? "null");
  } catch {
    return null;
  }
}
