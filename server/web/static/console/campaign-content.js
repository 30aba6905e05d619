/**
 * What a campaign plays: a list that is there, or assets that are ticked here, in the order in
 * which they were. The hidden field `items` is what the API gets; it is out of use with a list.
 */
import { worded } from "./filled.js";
import { all, wireEach } from "./on-page.js";

/** @param {HTMLFormElement} form */
function chooseContent(form) {
  const box = /** @type {HTMLElement} */ (form.querySelector("[data-content]"));
  const list = /** @type {HTMLSelectElement} */ (form.querySelector('[name="playlist_id"]'));
  const items = /** @type {HTMLInputElement} */ (form.querySelector('[name="items"]'));
  const ticks = /** @type {HTMLInputElement[]} */ (all(box, "[data-asset]"));
  let chosen = (items.dataset.picked ?? "").split(" ").filter(Boolean);

  const draw = () => {
    chosen = chosen.filter((id) => ticks.some((tick) => tick.value === id));
    box.hidden = list.value !== "";
    items.disabled = box.hidden || chosen.length === 0;
    items.value = JSON.stringify(chosen.map((asset_id) => ({ asset_id })));
    for (const tick of ticks) {
      const place = chosen.indexOf(tick.value) + 1;
      tick.checked = place > 0;
      const order = tick.parentElement?.querySelector("[data-order]");
      if (order) order.textContent = place ? String(place) : "";
    }
    showChosen(box, ticks);
  };
  box.addEventListener("change", (event) => {
    const tick = /** @type {HTMLInputElement} */ (event.target);
    chosen = inOrder(chosen, tick.value, tick.checked);
    draw();
    form.dispatchEvent(new Event("input"));
  });
  list.addEventListener("change", draw);
  form.addEventListener("restored", () => {
    chosen = idsIn(items.value);
    draw();
  });
  draw();
  // What was chosen on the page before is shown as if it were ticked now.
  if (chosen.length > 0) form.dispatchEvent(new Event("input"));
}

/**
 * @param {string[]} chosen
 * @param {string} id
 * @param {boolean} wanted
 */
export function inOrder(chosen, id, wanted) {
  const others = chosen.filter((one) => one !== id);
  return wanted ? [...others, id] : others;
}

/** @param {string} text what the hidden field holds */
export function idsIn(text) {
  try {
    return JSON.parse(text).map((/** @type {{asset_id: string}} */ one) => one.asset_id);
  } catch {
    return [];
  }
}

/**
 * @param {HTMLElement} box
 * @param {HTMLInputElement[]} ticks
 */
function showChosen(box, ticks) {
  const status = /** @type {HTMLElement} */ (box.querySelector("[data-content-said]"));
  const taken = ticks.filter((tick) => tick.checked);
  const seconds = taken.reduce((sum, tick) => sum + Number(tick.dataset.seconds), 0);
  const figures = { n: taken.length, s: Math.round(seconds * 10) / 10 };
  status.textContent = taken.length ? worded(box.dataset.chosen, figures) : "";
}

wireEach("form[data-campaign]", (/** @type {HTMLFormElement} */ form) => {
  if (form.querySelector("[data-content]")) chooseContent(form);
});
