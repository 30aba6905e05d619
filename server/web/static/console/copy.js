/** Buttons with `data-copy` put the text of what they name on the clipboard, and show that. */

const SHOWN_MS = 4000;

document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement | null} */ (
    /** @type {Element} */ (event.target).closest("[data-copy]")
  );
  const from = button && document.querySelector(button.dataset.copy ?? "");
  if (!button || !from) return;
  const done = await copied(from.textContent?.trim() ?? "");
  if (!done) select(from);
  showOn(button, (done ? button.dataset.done : button.dataset.failed) ?? "");
});

/**
 * Plain HTTP has no clipboard of its own: there a field that nobody sees is copied from.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

/** @param {string} text */
function copiedFromField(text) {
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** @param {Element} from */
function select(from) {
  const range = document.createRange();
  range.selectNodeContents(from);
  window.getSelection()?.removeAllRanges();
  window.getSelection()?.addRange(range);
}

/** @param {HTMLElement} button @param {string} text */
function showOn(button, text) {
  const before = button.dataset.before ?? button.textContent ?? "";
  button.dataset.before = before;
  button.textContent = text;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => {
    button.textContent = before;
  }, SHOWN_MS);
}
