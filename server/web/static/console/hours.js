/**
 * Opening hours of a week: any number of spans a day, kept as JSON in the hidden field `hours`.
 */

import { button, element } from "./elements.js";
import { all, wireEach } from "./on-page.js";

/** @typedef {Record<string, [string, string][]>} Hours */

/**
 * A copy of the hours in which some days are as another.
 * @param {Hours} hours
 * @param {string} from
 * @param {string[]} to
 * @returns {Hours}
 */
export function copyDay(hours, from, to) {
  const made = { ...hours };
  for (const day of to) made[day] = (hours[from] ?? []).map(([a, b]) => [a, b]);
  return made;
}

/**
 * Without days that have no span, and without spans that were left empty.
 * @param {Hours} hours
 * @returns {Hours}
 */
export function tidy(hours) {
  /** @type {Hours} */
  const kept = {};
  for (const [day, spans] of Object.entries(hours)) {
    const full = spans.filter(([from, until]) => from || until);
    if (full.length > 0) kept[day] = full;
  }
  return kept;
}

/** @param {HTMLElement} box the element with data-hours and its texts */
function editHours(box) {
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector('[name="hours"]'));
  const texts = box.dataset;
  /** @type {Hours} */
  let hours = JSON.parse(field.value || "{}");
  const locked = box.closest("fieldset[disabled]") !== null;

  const keep = () => {
    field.value = JSON.stringify(tidy(hours));
    field.disabled = false;
  };
  /** @param {string} day */
  const draw = (day) => {
    const place = /** @type {HTMLElement} */ (box.querySelector(`[data-day="${day}"]`));
    hours[day] = hours[day] ?? [];
    const spans = hours[day];
    place.replaceChildren(
      ...spans.map((span, index) =>
        spanRow(span, texts, keep, () => {
          spans.splice(index, 1);
          keep();
          draw(day);
        }),
      ),
    );
    if (spans.length === 0) place.append(`${texts.closed} `);
    if (!locked)
      place.append(
        button("btn btn-sm", texts.add ?? "", () => {
          spans.push(["", ""]);
          draw(day);
          /** @type {HTMLElement | null} */ (
            place.querySelector(".span:last-of-type input")
          )?.focus();
        }),
      );
  };
  const drawAll = () => {
    for (const place of all(box, "[data-day]")) draw(place.dataset.day ?? "");
  };
  form.querySelector("[data-copy-day]")?.addEventListener("click", () => {
    hours = copyDay(hours, "1", ["2", "3", "4", "5"]);
    keep();
    drawAll();
  });
  drawAll();
}

/**
 * @param {[string, string]} span
 * @param {DOMStringMap} texts
 * @param {() => void} keep
 * @param {() => void} remove
 */
function spanRow(span, texts, keep, remove) {
  const row = element("span", "span");
  const fields = [texts.from, texts.until].map((label, side) => {
    const field = element("input", "form-control");
    field.value = span[side];
    field.placeholder = side === 0 ? "08:00" : "20:00";
    field.pattern = "([01][0-9]|2[0-3]):[0-5][0-9]|24:00";
    field.setAttribute("aria-label", label ?? "");
    field.addEventListener("input", () => {
      span[side] = field.value.trim().replace("：", ":");
      keep();
    });
    return field;
  });
  const gone = button("btn btn-sm", "×", remove);
  gone.setAttribute("aria-label", texts.remove ?? "");
  row.append(fields[0], "–", fields[1], gone);
  return row;
}

wireEach("[data-hours]", editHours);
