/**
 * Counts down to `data-until` (ms since 1970) as the server's clock has it (`data-now`); also in
 * parts that come later, when the page is kept fresh.
 */

/** @param {number} leftMs */
export function inWords(leftMs) {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** How far the server's clock is ahead of ours, as each part had it when it came. */
const aheads = /** @type {WeakMap<HTMLElement, number>} */ (new WeakMap());

/** @param {HTMLElement} part */
function count(part) {
  const ahead = aheads.get(part) ?? Number(part.dataset.now) - Date.now();
  aheads.set(part, ahead);
  const now = Date.now() + ahead;
  const until = Number(part.dataset.until);
  const from = Number(part.dataset.from);
  const text = part.querySelector("[data-time-left]");
  if (!text) return;
  const words = inWords(until - now);
  // What is watched below is only written to when it changes.
  if (text.textContent !== words) text.textContent = words;
  const width = `${Math.max(0, (100 * (until - now)) / (until - from))}%`;
  part.querySelector("rect")?.setAttribute("width", width);
}

/** @param {Document} page */
export function countDown(page) {
  const countAll = () => {
    for (const part of page.querySelectorAll("[data-until]"))
      count(/** @type {HTMLElement} */ (part));
  };
  countAll();
  setInterval(countAll, 1000);
  new MutationObserver(countAll).observe(page.body, { childList: true, subtree: true });
}
