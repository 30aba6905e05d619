/**
 * Shows recovery codes once: after the second factor was confirmed, or new codes were asked for.
 */
import { call, Problem } from "./api.js";
import { element } from "./elements.js";
import { sendBy, wireEach } from "./on-page.js";
import "./print.js";

wireEach("form[data-shows-codes]", (/** @type {HTMLFormElement} */ form) => sendBy(form, ask));

/** @param {HTMLFormElement} form */
async function ask(form) {
  const problem = /** @type {HTMLElement} */ (form.querySelector("[data-problem]"));
  problem.textContent = "";
  try {
    const body = Object.fromEntries(new FormData(form));
    const made = await call("POST", form.dataset.showsCodes ?? "", body);
    show(made.recovery_codes);
  } catch (error) {
    problem.textContent = error instanceof Problem ? error.message : String(error);
    /** @type {HTMLInputElement | null} */ (form.querySelector('[name="code"]'))?.select();
  }
}

/** @param {string[]} codes */
function show(codes) {
  const card = /** @type {HTMLElement} */ (document.querySelector("[data-codes]"));
  const items = codes.map((code) => {
    const item = element("li");
    item.append(element("code", "", code));
    return item;
  });
  card.querySelector("[data-codes-list]")?.replaceChildren(...items);
  /** @type {HTMLElement} */ (document.querySelector("[data-before]")).hidden = true;
  card.hidden = false;
  card.scrollIntoView();
}
