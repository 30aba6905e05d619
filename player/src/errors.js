/** In charge of the player's error words: every code that reaches a log, a beat or a person. */

/** Incident codes of the protocol (beat), counted and sent until the server has them. Not frozen: so each is put in at its use. */
export const INCIDENTS = {
  assignmentRefused: "assignment_refused",
  bindingRefused: "binding_refused",
  manifestCorrupt: "manifest_corrupt",
  assetCorrupt: "asset_corrupt",
  assetFailed: "asset_failed",
  journalRebuilt: "journal_rebuilt",
  lostRange: "lost_range",
  storageFull: "storage_full",
  insecure: "insecure",
  stalled: "stalled",
  clockJump: "clock_jump",
};

/** A failure that the player understands, with a word that fits `[a-z0-9_]{1,64}`. */
export class PlayerError extends Error {
  /**
   * @param {string} code a word of the protocol or of this file
   * @param {string} [detail] what a technician should read
   * @param {number} [status] HTTP status, when the server answered
   * @param {number} [retryAfterMs] how long the server asked to wait
   */
  constructor(code, detail = "", status = 0, retryAfterMs = 0) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The word for anything that was thrown.
 * @param {unknown} error
 */
export function codeOf(error) {
  if (error instanceof PlayerError) return error.code;
  return error instanceof Error
    ? error.name.replace(/[^A-Za-z0-9]/g, "_").toLowerCase()
    : "unknown";
}

/**
 * True when the browser has no room left; those errors are answered by making room, not by giving up.
 * @param {unknown} error
 */
export const isStorageFull = (error) =>
  error instanceof Error && error.name === "QuotaExceededError";
