/** A box that came takes the place of another: which screen's, is chosen in its form. */
import { wireEach } from "./on-page.js";

wireEach("form[data-replace-by]", (/** @type {HTMLFormElement} */ form) =>
  form.addEventListener("change", (event) => {
    const chosen = /** @type {HTMLInputElement} */ (event.target);
    if (chosen.type === "hidden") form.dataset.api = `POST /api/v1/screens/${chosen.value}/replace`;
  }),
);
