/**
 * Shortcuts: `?` shows which there are, `g` and a letter lead to a page of the
 * menu. Not while somebody types, and not for pages that aren't in the person's menu.
 */

const PAUSE_MS = 1_200;

/** @param {Document} page */
export function listenToKeys(page) {
  const list = page.getElementById("keys");
  if (!(list instanceof HTMLDialogElement)) return;
  const places = placesIn(list);
  const next = follower(places, () => Date.now());
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (page.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      list.showModal();
      return;
    }
    const href = next(event.key);
    if (href) {
      event.preventDefault();
      window.location.assign(href);
    }
  });
}

/** @param {HTMLElement} list @returns {Map<string, string>} addresses by their letters */
function placesIn(list) {
  const rows = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-letter]"));
  return new Map([...rows].map((row) => [row.dataset.letter ?? "", row.dataset.href ?? ""]));
}

/**
 * What a key leads to, if a `g` came shortly before it.
 * @param {Map<string, string>} places
 * @param {() => number} now ms
 * @returns {(key: string) => string | undefined}
 */
export function follower(places, now) {
  let sinceMs = Number.NEGATIVE_INFINITY;
  return (key) => {
    const began = now() - sinceMs <= PAUSE_MS;
    sinceMs = !began && key === "g" ? now() : Number.NEGATIVE_INFINITY;
    return began ? places.get(key) : undefined;
  };
}

/**
 * Whether a key leads to the search: not while somebody types elsewhere, but for Ctrl-K.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @param {boolean} isTyping
 */
export function leadsToSearch(event, isTyping) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return true;
  return event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping;
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  const element = /** @type {HTMLElement | null} */ (target);
  if (!element?.matches) return false;
  return element.isContentEditable || element.matches("input, textarea, select");
}
