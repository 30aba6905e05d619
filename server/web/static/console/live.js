/**
 * Keeps parts of a page fresh: an element with `data-live` (its name) and `data-every` (seconds)
 * is replaced by its newer self from the same address. Nothing is touched while a person is in it.
 */

/** @param {HTMLElement} part */
function keepFresh(part) {
  const every = Number(part.dataset.every) * 1000;
  const again = () => setTimeout(() => void look(), every);
  const look = async () => {
    if (!document.hidden) await renew(part.dataset.live ?? "");
    again();
  };
  again();
}

/**
 * Replaces a part by its newer self, unless a person is in it or has ticked something there.
 * @param {string} name
 */
export async function renew(name) {
  const current = find(document, name);
  if (!current || current.contains(document.activeElement)) return;
  if (current.querySelector("input:checked")) return;
  const newer = await fetched(name);
  // What was followed has come to its end, which changes more than this part.
  if (newer && current.dataset.every && !newer.dataset.every) return window.location.reload();
  if (newer && newer.innerHTML !== current.innerHTML) current.replaceWith(newer);
}

/** @param {string} name */
async function fetched(name) {
  try {
    const response = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) return null;
    return find(new DOMParser().parseFromString(await response.text(), "text/html"), name);
  } catch {
    return null; // without network the page stays as it was
  }
}

/**
 * @param {Document} page
 * @param {string} name
 * @returns {HTMLElement | null}
 */
function find(page, name) {
  return page.querySelector(`[data-live="${CSS.escape(name)}"]`);
}

if (typeof document !== "undefined")
  for (const part of document.querySelectorAll("[data-live][data-every]"))
    keepFresh(/** @type {HTMLElement} */ (part));
