/**
 * Puts what the lists of tools and keywords offer into a field of the slide that is written.
 * A field that still has its example is rewritten; others are added to.
 */
import { filled } from "./filled.js";
import { wireEach } from "./on-page.js";

/**
 * @typedef {{name: string, text: string}} Offer
 * @typedef {{longest: number, most?: number}} Place characters of a line or text; most lines of a list
 */

/**
 * As much of an offer as fits into so many characters.
 * @param {Offer} offer
 * @param {number} room
 */
export function fitting({ name, text }, room) {
  return [`${name}：${text}`, text, name].find((one) => one.length <= room) ?? null;
}

/**
 * What a field has with the offer at its end; null if there is no room.
 * @param {string} written
 * @param {Place} place
 * @param {Offer} offer
 */
export function withOffer(written, place, offer) {
  if (place.most !== undefined) {
    const lines = written.split("\n").filter((line) => line.trim() !== "");
    const line = fitting(offer, place.longest);
    return line === null || lines.length >= place.most ? null : [...lines, line].join("\n");
  }
  const before = /^$|[。；！？，]$/.test(written) ? written : `${written}。`;
  const more = fitting(offer, place.longest - before.length);
  return more === null ? null : before + more;
}

/** @param {HTMLElement} box */
function listen(box) {
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const into = /** @type {HTMLSelectElement} */ (box.querySelector("select"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  form.addEventListener("focusin", ({ target }) => {
    const name = target instanceof HTMLElement ? target.getAttribute("name") : null;
    if ([...into.options].some((one) => one.value === name)) into.value = name ?? "";
  });
  box.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const option = into.selectedOptions[0];
    if (!button || !option) return;
    const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem(option.value));
    const written = field.value === field.defaultValue ? "" : field.value.trimEnd();
    const { name = "", text = "" } = button.dataset;
    const now = withOffer(written, placeOf(option), { name, text });
    status.textContent = filled(now === null ? box.dataset.full : box.dataset.filled, {
      field: option.text,
    });
    if (now === null) return;
    field.value = now;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/**
 * @param {HTMLOptionElement} option
 * @returns {Place}
 */
function placeOf({ dataset }) {
  const most = dataset.most === undefined ? {} : { most: Number(dataset.most) };
  return { longest: Number(dataset.longest), ...most };
}

wireEach("[data-offers]", listen);
