/** Shows, while an export is being chosen, about how many plays it will have. */

import { afterPause } from "./after-pause.js";
import { call } from "./api.js";
import { readForm } from "./form-json.js";
import { wireEach } from "./on-page.js";

const PAUSE_MS = 300;
const MOST_ROWS_OF_EXCEL = 1_048_573;

/** @param {HTMLFormElement} form */
function estimateWhileChoosing(form) {
  const line = /** @type {HTMLElement} */ (form.querySelector("[data-estimated]"));
  let latest = 0;

  const estimate = async () => {
    const mine = ++latest;
    const { form: kind, ...days } = /** @type {Record<string, string>} */ (readForm(form));
    let text = "";
    try {
      const found = await call("GET", `${form.dataset.estimate}?${new URLSearchParams(days)}`);
      text = inWords(found.rows, kind, form.dataset);
    } catch {
      text = ""; // what is wrong with the dates is shown when the form is sent
    }
    if (mine === latest) line.textContent = text;
  };
  const soon = afterPause(estimate, PAUSE_MS);
  form.addEventListener("input", soon);
  form.addEventListener("change", soon); // what is chosen from a list
  void estimate();
}

/**
 * @param {number} rows
 * @param {string} kind
 * @param {DOMStringMap} texts
 */
function inWords(rows, kind, texts) {
  if (rows === 0) return texts.noneText ?? "";
  const tooMany = kind === "xlsx" && rows > MOST_ROWS_OF_EXCEL;
  const text = tooMany ? texts.manyText : texts.estimateText;
  return (text ?? "").replace("{n}", rows.toLocaleString(document.documentElement.lang));
}

wireEach("form[data-estimate]", estimateWhileChoosing);
