/** Keys and tokens that are shown once: large, in groups, and copied in one piece. */

import { element } from "./elements.js";

const GROUP = /^[a-z]+_|.{1,4}/g;

/**
 * What is read out between two breaths: the kind of key (`ane_`), then four characters at a time.
 * @param {string} key
 * @returns {string[]}
 */
export function groupsOf(key) {
  return key.match(GROUP) ?? [];
}

/**
 * Show a key in groups. Room between them is margin, so that who copies it copies the key alone.
 * @param {HTMLElement} code @param {string} key
 */
export function showOnce(code, key) {
  code.replaceChildren(...groupsOf(key).map((group) => element("span", "", group)));
}
