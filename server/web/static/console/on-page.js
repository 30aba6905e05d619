/** Parts of a page by selectors, and what scripts do with them. */

/**
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} where
 * @param {string} selector
 * @returns {T[]}
 */
export function all(where, selector) {
  return [.../** @type {NodeListOf<T>} */ (where.querySelectorAll(selector))];
}

/**
 * Wires each part of the page that a selector finds. Tests of single functions have no page.
 * @template {Element} T
 * @param {string} selector
 * @param {(part: T) => unknown} wire
 */
export function wireEach(selector, wire) {
  if (typeof document === "undefined") return;
  for (const part of /** @type {T[]} */ (all(document, selector))) wire(part);
}

/**
 * A form that a script sends in place of the browser.
 * @template {HTMLElement} T
 * @param {T} form or what holds some
 * @param {(form: T) => unknown} send
 */
export function sendBy(form, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
