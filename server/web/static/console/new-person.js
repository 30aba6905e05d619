/**
 * Makes accounts: a password that the server chose is shown once, in place of the form, for who
 * hands it over. With one that was typed the page reloads.
 */
import { perform } from "./api.js";
import { attempt } from "./api-form.js";
import { readForm } from "./form-json.js";
import { sendBy, wireEach } from "./on-page.js";

wireEach("form[data-person]", (/** @type {HTMLFormElement} */ form) => sendBy(form, make));

/** @param {HTMLFormElement} form */
function make(form) {
  return attempt(form, async () => {
    const made = await perform("POST", "/api/v1/users", readForm(form));
    form.dispatchEvent(new Event("sent"));
    if (made.password) handOver(form, made);
    else window.location.reload();
  });
}

/** @param {HTMLFormElement} form @param {{username: string, password: string}} made */
function handOver(form, made) {
  const box = /** @type {HTMLElement} */ (form.nextElementSibling);
  const part = (/** @type {string} */ name) =>
    /** @type {HTMLElement} */ (box.querySelector(`[data-${name}]`));
  part("who").textContent = made.username;
  part("secret").textContent = made.password;
  form.hidden = true;
  box.hidden = false;
  box.focus();
}
