/** A box that came takes the place of another: which screen's, the chooser in its form says. */
for (const form of document.querySelectorAll("form[data-replace-by]"))
  form.addEventListener("change", (event) => {
    const chosen = /** @type {HTMLInputElement} */ (event.target);
    if (chosen.type !== "hidden") return;
    const own = /** @type {HTMLFormElement} */ (form);
    own.dataset.api = `POST /api/v1/screens/${chosen.value}/replace`;
  });
