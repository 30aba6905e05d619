/** Buttons that print the page; on paper a table that is folded is open, as it is at a desk. */
import { all, wireEach } from "./on-page.js";

wireEach("[data-print]", (button) => button.addEventListener("click", () => window.print()));

/** @type {HTMLDetailsElement[]} */
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = all(document, "details.figures-below:not([open])");
  for (const one of opened) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});
