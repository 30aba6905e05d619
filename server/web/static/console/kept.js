/** What this browser keeps. One that keeps nothing, or is full, leaves the page as it is. */

/** @typedef {"localStorage" | "sessionStorage"} Place */

/** @param {Place} place @param {string} key @returns {string} empty if nothing is kept */
export function kept(place, key) {
  try {
    return globalThis[place].getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** @param {Place} place @param {string} key @param {string} text empty to forget it */
export function keep(place, key, text) {
  try {
    if (text) globalThis[place].setItem(key, text);
    else globalThis[place].removeItem(key);
  } catch {
    // the page itself still has it
  }
}
