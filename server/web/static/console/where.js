/**
 * "Where": says at once how many screens and venues a selection reaches. `data-purpose` is what
 * it is for; "all screens" makes the narrower choices idle.
 */
import { call } from "./api.js";
import { readForm } from "./form-json.js";

const PAUSE_MS = 200;

/** @param {HTMLElement} box */
function countWhileChoosing(box) {
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const said = /** @type {HTMLElement} */ (box.querySelector("[data-count]"));
  const all = /** @type {HTMLInputElement} */ (box.querySelector('[name="selector.all"]'));
  const narrow = /** @type {HTMLElement} */ (box.querySelector("[data-narrow]"));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let latest = 0;

  const idle = () => {
    narrow.hidden = all.checked;
    for (const field of narrow.querySelectorAll("input")) field.disabled = all.checked;
  };
  const count = async () => {
    const mine = ++latest;
    const selector = readForm(form).selector ?? {};
    if (choosesNothing(selector)) {
      said.textContent = box.dataset.emptyText ?? "";
      return;
    }
    try {
      const found = await call("POST", "/api/v1/selectors/count", {
        selector,
        purpose: purposeOf(box, form),
      });
      if (mine === latest) said.textContent = inWords(found, box.dataset);
    } catch {
      if (mine === latest) said.textContent = box.dataset.emptyText ?? "";
    }
  };
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    if (!box.contains(field) && !("emergency" in field.dataset)) return;
    idle();
    clearTimeout(timer);
    timer = setTimeout(() => void count(), PAUSE_MS);
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
  return emergency?.checked ? "emergency" : box.dataset.purpose;
}

/**
 * Whether no screen can be meant, so that nobody need be asked.
 * @param {any} selector
 */
export function choosesNothing(selector) {
  const lists = Object.values(selector ?? {}).filter((one) => Array.isArray(one));
  return !selector?.all && lists.every((one) => one.length === 0);
}

/**
 * @param {{screens: number, venues: number, left_out: number}} found
 * @param {DOMStringMap} texts
 */
function inWords(found, texts) {
  if (found.screens + found.left_out === 0) return texts.emptyText ?? "";
  const count = (texts.countText ?? "")
    .replace("{screens}", String(found.screens))
    .replace("{venues}", String(found.venues));
  const left = (texts.leftText ?? "").replace("{left}", String(found.left_out));
  return found.left_out > 0 ? count + left : count;
}

if (typeof document !== "undefined")
  for (const box of document.querySelectorAll("[data-where]"))
    countWhileChoosing(/** @type {HTMLElement} */ (box));
