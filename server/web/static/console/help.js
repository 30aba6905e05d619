// A page's help, opened over it: closed again by Escape or by a click elsewhere.
/** @param {Document} page */
export function closeHelpWhenDone(page) {
  const help = /** @type {HTMLDetailsElement | null} */ (page.querySelector("[data-page-help]"));
  if (!help) return;
  page.addEventListener("click", (event) => {
    if (help.open && event.target instanceof Node && !help.contains(event.target)) {
      help.open = false;
    }
  });
  help.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !help.open) return;
    help.open = false;
    help.querySelector("summary")?.focus();
  });
}
