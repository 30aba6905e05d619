/**
 * Shows recovery codes once: after the second factor was confirmed, or new codes were asked for.
 */
import { call, Problem } from "./api.js";

for (const form of document.querySelectorAll("form[data-shows-codes]"))
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(/** @type {HTMLFormElement} */ (form));
  });

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

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
  const list = /** @type {HTMLElement} */ (card.querySelector("[data-codes-list]"));
  list.replaceChildren(
    ...codes.map((code) => {
      const item = document.createElement("li");
      const text = document.createElement("code");
      text.textContent = code;
      item.append(text);
      return item;
    }),
  );
  /** @type {HTMLElement} */ (document.querySelector("[data-before]")).hidden = true;
  card.hidden = false;
  card.scrollIntoView();
}
