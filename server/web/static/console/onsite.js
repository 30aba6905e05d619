/**
 * The forms of a screen's phone page: a photo is made smaller before it is sent, since one of 8 MB
 * takes minutes over a weak network, and nothing is sent twice by a finger that presses again.
 */
import { wireEach } from "./on-page.js";
import { smaller } from "./photo.js";

// Who has waited for so long may press again: what was sent may never have arrived.
const PATIENCE_MS = 20_000;

/** @param {HTMLFormElement} form */
function sendOnce(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const label = button.textContent;
  let isSending = false;
  const free = () => {
    isSending = false;
    button.textContent = label;
  };
  form.addEventListener("submit", (event) => {
    if (isSending) return event.preventDefault();
    isSending = true;
    button.textContent = form.dataset.sending ?? label;
    setTimeout(free, PATIENCE_MS);
    const field = /** @type {HTMLInputElement | null} */ (form.querySelector('[type="file"]'));
    if (!field?.files?.length) return;
    event.preventDefault();
    // `submit` asks nobody again: it is sent unchanged.
    void shrink(field).finally(() => form.submit());
  });
  window.addEventListener("pageshow", free); // back from a page that didn't come
}

/** @param {HTMLInputElement} field */
async function shrink(field) {
  const [file] = field.files ?? [];
  if (!file) return;
  const made = await smaller(file);
  if (made === file) return;
  const box = new DataTransfer();
  box.items.add(new File([made], "photo.jpg", { type: "image/jpeg" }));
  field.files = box.files;
}

wireEach("form[data-sending]", sendOnce);
