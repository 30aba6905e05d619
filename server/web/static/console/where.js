/**
 * "Where": shows at once how many screens and venues a selection reaches. `data-purpose` is what
 * it is for; "all screens" makes the narrower choices idle.
 */

import { afterPause } from "./after-pause.js";
import { call } from "./api.js";
import { choosesNothing } from "./choice.js";
import { filled } from "./filled.js";
import { readForm } from "./form-json.js";
import { wireEach } from "./on-page.js";

const PAUSE_MS = 200;

/** @param {HTMLElement} box */
function countWhileChoosing(box) {
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[data-count]"));
  const all = /** @type {HTMLInputElement} */ (box.querySelector('[name="selector.all"]'));
  const narrow = /** @type {HTMLElement} */ (box.querySelector("[data-narrow]"));
  let latest = 0;

  const idle = () => {
    narrow.hidden = all.checked;
    for (const field of narrow.querySelectorAll("input")) field.disabled = all.checked;
  };
  const count = async () => {
    const mine = ++latest;
    const selector = readForm(form).selector ?? {};
    if (choosesNothing(selector)) {
      showCount(box.dataset.emptyText ?? "", false);
      return;
    }
    try {
      const found = await call("POST", "/api/v1/selectors/count", {
        selector,
        purpose: purposeOf(box, form),
      });
      if (mine === latest) showCount(inWords(found, box.dataset), found.screens > 0);
    } catch {
      if (mine === latest) showCount(box.dataset.emptyText ?? "", false);
    }
  };
  /** @param {string} text @param {boolean} any */
  const showCount = (text, any) => {
    status.textContent = text;
    // What is asked before it is sent names how many it is for.
    if (form.dataset.confirmCount)
      form.dataset.confirm = any ? form.dataset.confirmCount.replace("{count}", text) : "";
  };
  const countSoon = afterPause(count, PAUSE_MS);
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    const matters = "emergency" in field.dataset || "switch" in field.dataset;
    if (!box.contains(field) && !matters) return;
    idle();
    countSoon();
  });
  idle();
  void count();
}

/**
 * @param {HTMLElement} box
 * @param {HTMLFormElement} form
 */
function purposeOf(box, form) {
  const emergency = /** @type {HTMLInputElement | null} */ (form.querySelector("[data-emergency]"));
  return emergency?.checked && !emergency.disabled ? "emergency" : box.dataset.purpose;
}

/**
 * @param {{screens: number, venues: number, left_out: number}} found
 * @param {DOMStringMap} texts
 */
function inWords(found, texts) {
  if (found.screens + found.left_out === 0) return texts.emptyText ?? "";
  const count = filled(texts.countText, { screens: found.screens, venues: found.venues });
  const left = filled(texts.leftText, { left: found.left_out });
  return found.left_out > 0 ? count + left : count;
}

wireEach("[data-where]", countWhileChoosing);
