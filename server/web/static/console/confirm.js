/**
 * Asks before a form with `data-confirm` is sent.
 * @param {Document} page
 */
export function askBefore(page) {
  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const question = form.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}
