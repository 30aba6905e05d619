/**
 * A verdict on what is another by now isn't taken: the page reloads, reports that, and shows what
 * there is to judge now.
 */

const KEY = "anping.changed-since";

/**
 * @param {{ setItem(key: string, value: string): void }} kept
 * @param {{ pathname: string, reload(): void }} place
 */
export function reloadWithNotice(kept, place) {
  kept.setItem(KEY, place.pathname);
  place.reload();
}

/**
 * The page whose verdict wasn't taken shows that once.
 * @param {Document} page
 * @param {{ getItem(key: string): string | null, removeItem(key: string): void }} kept
 * @param {string} path
 */
export function showChangeNotice(page, kept, path) {
  if (kept.getItem(KEY) !== path) return;
  kept.removeItem(KEY);
  const box = page.createElement("div");
  box.className = "alert alert-warning";
  box.setAttribute("role", "alert");
  box.textContent = page.body.dataset.changed ?? "";
  page.querySelector(".messages")?.prepend(box);
}
