/** In charge of the proof that an answer comes from one that this player trusts: nothing else changes its pins, or puts words and codes on the glass. */
import { PlayerError } from "./errors.js";
import { doubtOf, isCount, isKey, isObject, parseJson, toBase64Url } from "./protocol.js";

/** @typedef {import("./protocol.js").Key} Key */
/** @typedef {import("./store.js").Credential} Credential */
/** @typedef {"no_statement" | "unknown_key" | "bad_signature" | "other_nonce" | "other_screen"} Doubt */
/**
 * @typedef {object} Rebinding what a player that holds pins asks with
 * @property {string} screen its id until now
 * @property {string} nonce fresh for each asking, the same for all polls of it
 * @property {string[]} kids of the keys that it has pinned: one of them must sign
 */
/** @typedef {{format: 1, screen: string, former: string, nonce: string, keys: Key[], issued_at: number}} Statement */

const NONCE_BYTES = 32;

/** A new asking. @param {Credential} credential @returns {Rebinding} */
export const askingOf = ({ screen, keys }) => ({
  screen,
  nonce: toBase64Url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))),
  kids: keys.map(({ kid }) => kid),
});

/** @param {unknown} text @returns {Statement | null} */
function parseStatement(text) {
  const content = typeof text === "string" ? parseJson(text) : null;
  const whole =
    isObject(content) &&
    content.format === 1 &&
    [content.screen, content.former, content.nonce].every((part) => typeof part === "string") &&
    Array.isArray(content.keys) &&
    content.keys.length > 0 &&
    content.keys.every(isKey) &&
    isCount(content.issued_at);
  return whole ? /** @type {Statement} */ (/** @type {unknown} */ (content)) : null;
}

/**
 * Judge a token answer by the pins, in the order that the protocol fixes. What is adopted is what was signed.
 * @param {any} answer `{"access_token", "screen_id", "binding": {"statement", "kid", "signature"}}`
 * @param {Rebinding} asked
 * @param {Key[]} pinned
 * @returns {Promise<{credential: Credential, doubt: null} | {credential: null, doubt: Doubt}>}
 */
export async function judgeBinding(answer, asked, pinned) {
  /** @param {Doubt} doubt */
  const refused = (doubt) => ({ credential: null, doubt });
  const binding = isObject(answer.binding) ? answer.binding : {};
  const content = parseStatement(binding.statement);
  if (!content) return refused("no_statement");
  const doubt = await doubtOf(pinned, binding, binding.statement);
  if (doubt) return refused(doubt);
  if (content.nonce !== asked.nonce) return refused("other_nonce");
  const mine = content.former === asked.screen && content.screen === answer.screen_id;
  if (!mine) return refused("other_screen");
  const { screen, keys } = content;
  return { credential: { token: answer.access_token, screen, keys }, doubt: null };
}

/**
 * What a pinned key signed for this screen, and what for.
 * @param {any} signed `{"statement", "kid", "signature"}`
 * @param {Credential} credential
 * @param {(content: any) => boolean} fits what was asked for
 * @returns {Promise<any>}
 * @throws {PlayerError} `bad_signature`: it is a stranger's, or of something else
 */
export async function vouchedFor(signed, { screen, keys }, fits) {
  const { statement } = signed || {};
  const content = /** @type {any} */ (parseJson(statement));
  const mine = content && content.screen === screen && fits(content);
  if (!mine || (await doubtOf(keys, signed, statement))) throw new PlayerError("bad_signature");
  return content;
}
