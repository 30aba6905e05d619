/**
 * The list of assets in a playlist: add, order by dragging or by keys, remove; kept as JSON in a
 * hidden field. Clips last as long as they are.
 */
import Sortable from "../vendor/sortable.js";
import { worded } from "./filled.js";
import { wireEach } from "./on-page.js";
import { ownSeconds, totalSeconds } from "./totals.js";

/** @param {HTMLFormElement} form */
function editPlaylist(form) {
  const list = /** @type {HTMLElement} */ (form.querySelector("[data-items]"));
  const add = /** @type {HTMLSelectElement} */ (form.querySelector("[data-add]"));
  const keep = () => write(form, list);

  for (const old of [...list.children]) {
    const { asset, seconds } = /** @type {HTMLElement} */ (old).dataset;
    old.replaceWith(makeRow(form, add, asset ?? "", seconds ?? ""));
  }
  form.querySelector("[data-add-button]")?.addEventListener("click", () => {
    list.append(makeRow(form, add, add.value, ""));
    keep();
  });
  list.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const item = button?.closest("li");
    if (!button || !item) return;
    if ("up" in button.dataset) move(form, item, -1, button);
    if ("down" in button.dataset) move(form, item, 1, button);
    if ("remove" in button.dataset) item.remove();
    keep();
  });
  list.addEventListener("keydown", (event) => {
    const handle = /** @type {HTMLElement} */ (event.target).closest("[data-handle]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const item = handle?.closest("li");
    if (!handle || !item || !step) return;
    event.preventDefault();
    move(form, item, step, /** @type {HTMLElement} */ (handle));
    keep();
  });
  list.addEventListener("input", keep);
  Sortable.create(list, { handle: "[data-handle]", animation: 120, onEnd: keep });
  keep();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLSelectElement} add
 * @param {string} asset
 * @param {string} seconds
 */
function makeRow(form, add, asset, seconds) {
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector("[data-row]"));
  const item = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const option = /** @type {HTMLElement | null} */ (
    add.querySelector(`option[value="${CSS.escape(asset)}"]`)
  );
  const clip = option?.dataset.kind === "video";
  const duration = /** @type {HTMLInputElement} */ (item.querySelector("[data-duration]"));
  const picture = /** @type {HTMLImageElement} */ (item.querySelector("img"));
  item.dataset.asset = asset;
  item.dataset.own = clip ? option?.dataset.length : "";
  /** @type {HTMLElement} */ (item.querySelector("[data-name]")).textContent =
    option?.textContent ?? asset;
  if (option?.dataset.picture) picture.src = option.dataset.picture;
  else picture.removeAttribute("src");
  const own = String(ownSeconds(option?.dataset.length));
  duration.value = clip ? own : seconds || own;
  duration.disabled = clip;
  return item;
}

/**
 * @param {HTMLFormElement} form
 * @param {Element} item
 * @param {number} step -1 up, 1 down
 * @param {HTMLElement} focused keeps the focus
 */
function move(form, item, step, focused) {
  if (step < 0) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  focused.focus();
  const place = [.../** @type {Element} */ (item.parentElement).children].indexOf(item) + 1;
  const status = form.querySelector("[data-said]");
  const name = item.querySelector("[data-name]")?.textContent ?? "";
  if (status) status.textContent = worded(form.dataset.moved, { name, place });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} list
 */
function write(form, list) {
  const entries = [...list.children].map((item) => entryOf(/** @type {HTMLElement} */ (item)));
  const field = /** @type {HTMLInputElement} */ (form.querySelector('[name="items"]'));
  const total = /** @type {HTMLElement} */ (form.querySelector("[data-total]"));
  const none = /** @type {HTMLElement} */ (form.querySelector("[data-none]"));
  field.value = JSON.stringify(entries.map(({ own: _, ...sent }) => sent));
  total.textContent = String(totalSeconds(entries));
  none.hidden = entries.length > 0;
}

/**
 * @typedef {{asset_id: string, duration_s?: number, own?: number}} Entry
 * @param {HTMLElement} item
 * @returns {Entry}
 */
function entryOf(item) {
  const duration = /** @type {HTMLInputElement} */ (item.querySelector("[data-duration]"));
  const asset_id = item.dataset.asset ?? "";
  if (item.dataset.own) return { asset_id, own: Number(item.dataset.own) };
  return duration.value ? { asset_id, duration_s: Number(duration.value) } : { asset_id };
}

wireEach("form[data-playlist]", editPlaylist);
