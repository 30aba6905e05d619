/**
 * Calls the JSON API as the signed-in person of this page.
 */

import { readNotice, toast } from "./toast.js";

/** What the API refused: an RFC 9457 problem. */
export class Problem extends Error {
  /** @param {{detail?: string, title?: string, code?: string, errors?: {pointer: string, detail: string}[]}} document */
  constructor(document) {
    super(document.detail || document.title || "");
    this.code = document.code;
    this.errors = document.errors ?? [];
  }
}

/** The problem of a refusal. @param {Response} response */
export async function refusalIn(response) {
  return new Problem(await response.json().catch(() => ({ title: response.statusText })));
}

/** @returns {string} */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [tag] of what was read: if that has changed since, the API refuses
 * @returns {Promise<any>}
 */
export async function call(method, path, body, tag) {
  return (await asked(method, path, body, tag)).answer;
}

/**
 * An act that is answered at the foot of the page, or of the one it leads to.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [tag]
 * @param {string} [words] in place of the server's
 * @param {(tag: string) => import("./toast.js").Undo | undefined} [undoOf] by the tag of its outcome
 * @returns {Promise<any>}
 */
export async function perform(method, path, body, tag, words, undoOf) {
  const { answer, headers } = await asked(method, path, body, tag);
  const notice = words ? { text: words } : readNotice(headers.get("Anping-Notice"));
  const made = (headers.get("ETag") ?? "").replace(/^W\/|"/g, "");
  if (notice) toast({ ...notice, undo: undoOf?.(made) ?? notice.undo });
  return answer;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [tag]
 * @returns {Promise<{answer: any, headers: Headers}>}
 */
async function asked(method, path, body, tag) {
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() };
  if (tag) headers["If-Match"] = `"${tag}"`;
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) {
    const answer = response.status === 204 ? null : await response.json().catch(() => null);
    return { answer, headers: response.headers };
  }
  if (response.status === 401)
    window.location.assign(
      `/login?next=${encodeURIComponent(location.pathname + location.search)}`,
    );
  throw await refusalIn(response);
}
