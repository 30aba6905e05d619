/**
 * Keeps parts of a page fresh: an element with `data-live` (its name) is replaced by its newer
 * self from the same address, or from `data-from` where that costs less: every `data-every`
 * seconds, and when something of its `data-topic` (one or more) has changed. While the page is notified
 * of changes it is asked for far less often, but with `data-moves`, whose figures grow meanwhile.
 * Nothing is touched while a question is open or a person is in it, has opened something there or marks text in it: it
 * follows when he has left. Ticks and what is scrolled stay. Another `data-state` than before has
 * the whole page reloaded.
 */
const TICK = "[data-pick]";
const SLOWER = 6;
const SLOW_MS = 60_000;

/**
 * @param {number} every seconds, as the part asks for
 * @param {boolean} subscribed whether the page is notified of changes in it
 * @returns {number} ms until it is asked for again
 */
export function pace(every, subscribed) {
  return subscribed ? Math.max(SLOW_MS, every * 1000 * SLOWER) : every * 1000;
}

/** @param {string | undefined} topics @param {string} topic */
export function isAbout(topics, topic) {
  return (topics ?? "").split(" ").includes(topic);
}

/** @returns {HTMLElement[]} */
export function parts() {
  return [...document.querySelectorAll("[data-live]")].map(
    (one) => /** @type {HTMLElement} */ (one),
  );
}

/** @param {() => boolean} isSubscribed whether the page is notified of changes */
export function keepFresh(isSubscribed) {
  for (const part of parts())
    if (part.dataset.every) keepPart(part.dataset.live ?? "", isSubscribed);
}

/** @param {string} name @param {() => boolean} isSubscribed */
function keepPart(name, isSubscribed) {
  let last = Date.now();
  const poll = async () => {
    const part = find(document, name);
    const every = Number(part?.dataset.every);
    if (!part || !every) return; // it has come to its end
    const { topic, follow, moves } = part.dataset;
    const subscribed = isSubscribed() && moves === undefined && (topic ?? follow) !== undefined;
    if (!document.hidden && Date.now() - last >= pace(every, subscribed)) {
      await renew(name);
      last = Date.now();
    }
    setTimeout(() => void poll(), every * 1000);
  };
  setTimeout(() => void poll(), Number(find(document, name)?.dataset.every) * 1000);
}

/**
 * Replaces a part by its newer self, with what is ticked in it, unless a person is at work there.
 * @param {string} name
 */
export async function renew(name) {
  const part = find(document, name);
  if (part) await renewParts([part]);
}

/**
 * Replaces parts by their newer selves; each address is asked once. Those in which a person is at
 * work are left.
 * @param {HTMLElement[]} wanted
 * @returns {Promise<string[]>} the names of those left
 */
export async function renewParts(wanted) {
  /** @type {Map<string, string[]>} */
  const names = new Map();
  const left = [];
  for (const part of wanted) {
    const { live = "", from = window.location.href } = part.dataset;
    if (isWorkedIn(part)) left.push(live);
    else names.set(from, [...(names.get(from) ?? []), live]);
  }
  for (const [from, those] of names) {
    const page = await fetched(from);
    for (const name of those) if (page && !settle(name, page)) left.push(name);
  }
  return left;
}

/**
 * @param {string} name
 * @param {Document} page
 * @returns {boolean} false if a person is at work there
 */
function settle(name, page) {
  const newer = find(page, name);
  // Fetching took a while: somebody may have come to it, or it may be gone.
  const current = find(document, name);
  if (!newer || !current) return true;
  if (isWorkedIn(current)) return false;
  const { every, state, from } = current.dataset;
  // What was followed has come to its end or a step on, which changes more than this part.
  const over = every && !from && !newer.dataset.every;
  if (over || newer.dataset.state !== state) {
    if (isTypedIn(document)) return false;
    window.location.reload();
    return true;
  }
  if (newer.innerHTML !== current.innerHTML) exchange(current, newer);
  return true;
}

/**
 * Whether something was written or chosen there that isn't sent yet.
 * @param {ParentNode} where
 */
export function isTypedIn(where) {
  return [...where.querySelectorAll("input, textarea, select")].some((one) => {
    if (one.matches(TICK)) return false;
    if (one instanceof HTMLSelectElement)
      return [...one.options].some(
        (option, n, all) =>
          option.selected !==
          (all.some((other) => other.defaultSelected) ? option.defaultSelected : n === 0),
      );
    const field = /** @type {HTMLInputElement} */ (one);
    if (field.type === "checkbox" || field.type === "radio")
      return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

/** @param {HTMLElement | null} part */
function isWorkedIn(part) {
  // A form that asks is sent once the question is answered, which one that was replaced can't be.
  if (document.querySelector("dialog.ask[open]")) return true;
  const active = document.activeElement;
  if (active !== null && part?.contains(active) && !active.matches(`${TICK}, a`)) return true;
  const marked = window.getSelection?.();
  if (marked && !marked.isCollapsed && part && marked.containsNode(part, true)) return true;
  if (part && isTypedIn(part)) return true;
  return part?.querySelector(`input:checked:not(${TICK}), details[open]:not([data-opens])`) != null;
}

/** @param {HTMLElement} current @param {HTMLElement} newer */
function exchange(current, newer) {
  const { every, from, topic } = current.dataset;
  if (from)
    Object.assign(newer.dataset, { from, ...(every && { every }), ...(topic && { topic }) });
  const focused = keepTicks(current, newer) ?? keepLink(current, newer);
  const scrolled = [current, ...current.querySelectorAll(".scroll")];
  const places = scrolled.map(({ scrollLeft, scrollTop }) => ({ scrollLeft, scrollTop }));
  current.replaceWith(newer);
  [newer, ...newer.querySelectorAll(".scroll")].forEach((one, n) => {
    if (places[n]) Object.assign(one, places[n]);
  });
  focused?.focus({ preventScroll: true });
}

/**
 * Ticks in the newer part what is ticked in the current one.
 * @param {HTMLElement} current
 * @param {HTMLElement} newer
 * @returns {HTMLElement | null} the newer one of the tick that has the focus
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
 * @param {HTMLElement} current
 * @param {HTMLElement} newer
 * @returns {HTMLElement | null} the newer one of the link that has the focus
 */
function keepLink(current, newer) {
  const link = document.activeElement;
  const href = link && current.contains(link) ? link.getAttribute("href") : null;
  return href === null ? null : newer.querySelector(`a[href="${CSS.escape(href)}"]`);
}

/**
 * @param {string} address
 * @returns {Promise<Document | null>}
 */
async function fetched(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
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
