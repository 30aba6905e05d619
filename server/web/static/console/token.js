/**
 * Makes an access token and shows it once.
 */
import { call, Problem } from "./api.js";
import { element } from "./elements.js";
import { sendBy, wireEach } from "./on-page.js";
import { showOnce } from "./shown-once.js";

wireEach("form[data-token]", (/** @type {HTMLFormElement} */ form) => sendBy(form, make));

/** @param {HTMLFormElement} form */
async function make(form) {
  const shown = /** @type {HTMLElement} */ (form.querySelector("[data-token-shown]"));
  const name = /** @type {HTMLInputElement} */ (form.querySelector('[name="name"]'));
  try {
    const made = await call("POST", "/api/v1/tokens", { name: name.value });
    const code = element("code", "token-once");
    showOnce(code, made.token);
    shown.replaceChildren(form.dataset.once ?? "", " ", code);
    form.reset();
  } catch (error) {
    shown.textContent = error instanceof Problem ? error.message : String(error);
  }
}
