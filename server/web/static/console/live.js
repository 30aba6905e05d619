/**
 * Keeps parts of a page fresh: an element with `data-live` (its name) and `data-every` (seconds)
 * is replaced by its newer self from the same address, or from `data-from` where that costs less.
 * Nothing is touched while a person is in it or has opened something there; ticks stay.
 */
const TICK = "[data-pick]";

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
 * Replaces a part by its newer self, with what is ticked in it, unless a person is at work there.
 * @param {string} name
 */
export async function renew(name) {
  const from = find(document, name)?.dataset.from;
  if (isWorkedIn(find(document, name))) return;
  const newer = await fetched(name, from ?? window.location.href);
  // Fetching took a while: somebody may have come to it, or it may be gone.
  const current = find(document, name);
  if (!newer || !current || isWorkedIn(current)) return;
  const { every } = current.dataset;
  // What was followed has come to its end, which changes more than this part.
  if (every && !from && !newer.dataset.every) return window.location.reload();
  if (newer.innerHTML !== current.innerHTML) exchange(current, newer);
}

/** @param {HTMLElement | null} part */
function isWorkedIn(part) {
  const active = document.activeElement;
  if (active !== null && part?.contains(active) && !active.matches(TICK)) return true;
  return part?.querySelector(`input:checked:not(${TICK}), details[open]`) != null;
}

/** @param {HTMLElement} current @param {HTMLElement} newer */
function exchange(current, newer) {
  const { every, from } = current.dataset;
  if (every && from) Object.assign(newer.dataset, { every, from });
  const focused = keepTicks(current, newer);
  current.replaceWith(newer);
  focused?.focus();
}

/**
 * Ticks in the newer part what is ticked in the current one.
 * @param {HTMLElement} current
 * @param {HTMLElement} newer
 * @returns {HTMLInputElement | null} the newer one of the tick that has the focus
 */
function keepTicks(current, newer) {
  let focused = null;
  for (const tick of /** @type {NodeListOf<HTMLInputElement>} */ (current.querySelectorAll(TICK))) {
    const same = /** @type {HTMLInputElement | null} */ (
      newer.querySelector(`${TICK}[value="${CSS.escape(tick.value)}"]`)
    );
    if (same) same.checked = tick.checked;
    if (tick === document.activeElement) focused = same;
  }
  return focused;
}

/**
 * @param {string} name
 * @param {string} address
 */
async function fetched(name, address) {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
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
