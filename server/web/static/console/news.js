// After an update each browser shows once that there is something new, and where it is written.
const KEY = "anping.version";

/**
 * @param {Pick<Storage, "getItem" | "setItem">} kept
 * @param {string} version of this page
 * @returns {boolean} whether this browser has seen another version before
 */
export function isFirstSinceUpdate(kept, version) {
  const before = kept.getItem(KEY);
  if (before !== version) kept.setItem(KEY, version);
  return before !== null && before !== version;
}

/** @param {HTMLElement} body */
export function announceUpdate({ dataset: { version, news } }) {
  try {
    if (!version || !isFirstSinceUpdate(localStorage, version)) return;
  } catch {
    return; // a browser that keeps nothing would show it on every page
  }
  void import("./toast.js").then(({ toast }) => toast({ text: news ?? "", href: "/help/news" }));
}
