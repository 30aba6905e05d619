/**
 * A field with `data-find` shows of a list (by its id) only what has the typed words; what is
 * ticked stays in sight, so that nothing is sent that nobody sees.
 */
import { wireEach } from "./on-page.js";

/**
 * @param {string} text
 * @param {string} typed
 */
export function fits(text, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text.toLowerCase().includes(word));
}

/** @param {HTMLInputElement} field */
function follow(field) {
  const list = document.getElementById(field.dataset.find ?? "");
  field.addEventListener("input", () => {
    for (const row of list?.querySelectorAll("label") ?? []) {
      const box = row.querySelector("input");
      row.hidden = !fits(row.textContent ?? "", field.value) && !box?.checked;
    }
  });
  // Enter would send the form.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

wireEach("[data-find]", follow);
