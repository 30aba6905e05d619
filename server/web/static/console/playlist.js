/**
 * The list of assets in a playlist: add, order, remove; kept as JSON in a hidden field.
 */

const DEFAULT_SECONDS = 10;

/** @param {HTMLFormElement} form */
function editPlaylist(form) {
  const list = /** @type {HTMLElement} */ (form.querySelector("[data-items]"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector('[name="items"]'));
  const add = /** @type {HTMLSelectElement} */ (form.querySelector("[data-add]"));
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector("[data-row]"));

  const keep = () => {
    field.value = JSON.stringify([...list.children].map(entryOf));
  };
  /**
   * @param {string} asset
   * @param {string} seconds
   */
  const row = (asset, seconds) => {
    const item = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    const option = add.querySelector(`option[value="${CSS.escape(asset)}"]`);
    const still = option?.getAttribute("data-kind") !== "video";
    const duration = /** @type {HTMLInputElement} */ (item.querySelector("[data-duration]"));
    item.dataset.asset = asset;
    /** @type {HTMLElement} */ (item.querySelector("[data-name]")).textContent =
      option?.textContent ?? asset;
    duration.value = seconds || (still ? String(DEFAULT_SECONDS) : "");
    duration.disabled = !still;
    return item;
  };

  for (const old of [...list.children]) {
    const { asset, seconds } = /** @type {HTMLElement} */ (old).dataset;
    old.replaceWith(row(asset ?? "", seconds ?? ""));
  }
  form.querySelector("[data-add-button]")?.addEventListener("click", () => {
    list.append(row(add.value, ""));
    keep();
  });
  list.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const item = button?.closest("li");
    if (!button || !item) return;
    if ("up" in button.dataset) item.previousElementSibling?.before(item);
    if ("down" in button.dataset) item.nextElementSibling?.after(item);
    if ("remove" in button.dataset) item.remove();
    keep();
  });
  list.addEventListener("input", keep);
  keep();
}

/** @param {Element} item */
function entryOf(item) {
  const duration = /** @type {HTMLInputElement} */ (item.querySelector("[data-duration]"));
  const entry = { asset_id: /** @type {HTMLElement} */ (item).dataset.asset };
  return duration.value ? { ...entry, duration_s: Number(duration.value) } : entry;
}

const form = document.querySelector("form[data-playlist]");
if (form instanceof HTMLFormElement) editPlaylist(form);
