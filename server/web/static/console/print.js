/** Buttons that print the page; on paper a table that is folded is open, as it is at a desk. */
for (const button of document.querySelectorAll("[data-print]"))
  button.addEventListener("click", () => window.print());

/** @type {HTMLDetailsElement[]} */
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [
    .../** @type {NodeListOf<HTMLDetailsElement>} */ (
      document.querySelectorAll("details.figures-below:not([open])")
    ),
  ];
  for (const one of opened) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});
