/**
 * Keeps parts of a page fresh: an element with `data-live` (its name) and `data-every` (seconds)
 * is replaced by its newer self from the same address. Nothing is touched while a person is in it.
 */

/** @param {HTMLElement} part */
function keepFresh(part) {
  const every = Number(part.dataset.every) * 1000;
  const again = () => setTimeout(() => void look(), every);
  const look = async () => {
    const current = find(document, part.dataset.live ?? "");
    if (current && !document.hidden && !current.contains(document.activeElement)) {
      const newer = await fetched(part.dataset.live ?? "");
      if (newer && newer.innerHTML !== current.innerHTML) current.replaceWith(newer);
    }
    again();
  };
  again();
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

for (const part of document.querySelectorAll("[data-live]"))
  keepFresh(/** @type {HTMLElement} */ (part));
