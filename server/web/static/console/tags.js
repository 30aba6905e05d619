/** Tags of a screen or venue: taken away and added one by one, sent as one list. */
import { button, element } from "./elements.js";
import { wireEach } from "./on-page.js";

/**
 * @param {string[]} tags
 * @param {string} typed one tag, or several with commas between
 */
export function withAdded(tags, typed) {
  const more = typed.split(/[,，、;；]/).map((one) => one.trim().slice(0, 60));
  return [...new Set([...tags, ...more.filter(Boolean)])];
}

/** @param {HTMLElement} box */
function wire(box) {
  const kept = /** @type {HTMLInputElement} */ (box.querySelector('input[type="hidden"]'));
  const list = /** @type {HTMLElement} */ (box.querySelector("[data-tag-list]"));
  const field = /** @type {HTMLInputElement} */ (box.querySelector("#tag-new"));
  /** @type {string[]} */
  let tags = JSON.parse(kept.value);

  /** @param {string} tag */
  const row = (tag) => {
    const item = element("li");
    const remove = button("", "×", () => {
      set(tags.filter((one) => one !== tag));
      field.focus();
    });
    remove.setAttribute("aria-label", `${box.dataset.remove} ${tag}`);
    item.append(tag, remove);
    return item;
  };

  /** @param {string[]} wanted */
  const set = (wanted) => {
    tags = wanted;
    kept.value = JSON.stringify(tags);
    list.replaceChildren(...tags.map(row));
  };

  const add = () => {
    set(withAdded(tags, field.value));
    field.value = "";
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // else the form would be sent
    add();
  });
  box.querySelector("[data-tag-add]")?.addEventListener("click", add);
  // What was typed and not added counts too.
  box.closest("form")?.addEventListener("submit", add, { capture: true });
  set(tags);
}

wireEach("[data-tags]", wire);
