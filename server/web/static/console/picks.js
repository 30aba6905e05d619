/** Rows with a box to tick, and a bar with how many are ticked and what can be done to them. */
import { worded } from "./filled.js";
import { all } from "./on-page.js";

/** @returns {HTMLInputElement[]} */
export function ticked() {
  return boxes().filter((one) => one.checked);
}

/**
 * Keeps the bar and its box for all in step with the boxes.
 * @param {HTMLElement} bar
 * @returns {() => void} to be called when boxes were ticked by something else than a person
 */
export function follow(bar) {
  const all = /** @type {HTMLInputElement} */ (bar.querySelector("[data-all]"));
  const update = () => showCount(bar, all);
  document.addEventListener("change", (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box === all) for (const one of boxes()) one.checked = all.checked;
    if (box === all || "pick" in box.dataset) update();
  });
  return update;
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return all(document, "[data-pick]");
}

/**
 * @param {HTMLElement} bar
 * @param {HTMLInputElement} all
 */
function showCount(bar, all) {
  const number = ticked().length;
  const chosen = /** @type {HTMLElement} */ (bar.querySelector("[data-chosen]"));
  const acts = /** @type {HTMLElement} */ (bar.querySelector("[data-acts]"));
  chosen.textContent = number ? worded(chosen.dataset.text, { n: number }) : "";
  acts.hidden = number === 0;
  all.checked = number > 0 && number === boxes().length;
  all.indeterminate = number > 0 && !all.checked;
}
