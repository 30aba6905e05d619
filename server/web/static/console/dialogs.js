/**
 * A button with `data-opens` opens the dialog of that id; `data-closes` closes the one it is in.
 * @param {Document} page
 */
export function openDialogs(page) {
  page.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target);
    const opener = /** @type {HTMLElement | null} */ (pressed.closest("[data-opens]"));
    const dialog = opener && page.getElementById(opener.dataset.opens ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
    if (pressed.closest("[data-closes]")) pressed.closest("dialog")?.close();
  });
}
