/**
 * A field that finds one of thousands while a person types (`data-choose` is where it asks): an
 * ARIA combobox with a list below. The choice is in the hidden field before it.
 */

import { afterPause } from "./after-pause.js";
import { call } from "./api.js";
import { element } from "./elements.js";
import { wireEach } from "./on-page.js";

const PAUSE_MS = 150;

/** @typedef {{id: string, name: string, detail: string}} Choice */

/**
 * Which row is marked after a key: one up or down, around the ends.
 * @param {string} key
 * @param {number} marked -1 for none
 * @param {number} count
 */
export function moved(key, marked, count) {
  if (count === 0) return -1;
  if (key === "ArrowDown") return (marked + 1) % count;
  if (key === "ArrowUp") return marked <= 0 ? count - 1 : marked - 1;
  return marked;
}

export class Chooser {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.field = /** @type {HTMLInputElement} */ (box.querySelector('[role="combobox"]'));
    this.kept = /** @type {HTMLInputElement} */ (box.querySelector('input[type="hidden"]'));
    this.list = /** @type {HTMLElement} */ (box.querySelector('[role="listbox"]'));
    this.status = /** @type {HTMLElement} */ (box.querySelector('[role="status"]'));
    /** @type {Choice[]} */
    this.choices = [];
    this.marked = -1;
    this.asked = 0;
    this.searchSoon = afterPause(() => this.search(), PAUSE_MS);
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("focus", () => void this.search());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => this.left());
    this.list.addEventListener("pointerdown", (event) => this.touched(event));
    this.judge();
  }

  typed() {
    this.keep("");
    this.searchSoon();
  }

  /** Asks for what fits; an answer that comes after a later question is thrown away. */
  async search() {
    const mine = ++this.asked;
    const typed = this.kept.value ? "" : this.field.value.trim();
    const address = new URL(this.box.dataset.choose ?? "", location.href);
    address.searchParams.set("q", typed);
    try {
      const found = await call("GET", `${address.pathname}${address.search}`);
      if (mine === this.asked) this.show(found.items);
    } catch (error) {
      if (mine === this.asked) this.status.textContent = String(error);
    }
  }

  /** @param {Choice[]} choices */
  show(choices) {
    if (document.activeElement !== this.field) return;
    this.choices = choices;
    this.marked = -1;
    this.list.replaceChildren(...choices.map((one, index) => this.row(one, index)));
    this.open(choices.length > 0);
    const { none = "", some = "" } = this.box.dataset;
    this.status.textContent = choices.length ? some.replace("{n}", String(choices.length)) : none;
  }

  /** @param {Choice} one @param {number} index */
  row(one, index) {
    const row = element("li");
    row.setAttribute("role", "option");
    row.id = `${this.list.id}-${index}`;
    row.dataset.index = String(index);
    row.append(element("span", "", one.name), element("span", "faint", one.detail));
    return row;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key === "Escape") return this.open(false);
    if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault(); // else the form would be sent
      return this.choose(this.marked < 0 && this.choices.length === 1 ? 0 : this.marked);
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (this.list.hidden) return void this.search();
    this.mark(moved(event.key, this.marked, this.choices.length));
  }

  /** @param {number} index */
  mark(index) {
    this.marked = index;
    for (const row of this.list.children) {
      const is = Number(/** @type {HTMLElement} */ (row).dataset.index) === index;
      row.setAttribute("aria-selected", String(is));
      if (is) row.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  /** @param {PointerEvent} event */
  touched(event) {
    event.preventDefault(); // the field keeps the focus
    const row = /** @type {HTMLElement} */ (event.target).closest("li");
    if (row) this.choose(Number(row.dataset.index));
  }

  /** @param {number} index */
  choose(index) {
    const one = this.choices[index];
    if (!one) return;
    this.field.value = one.name;
    this.keep(one.id);
    this.open(false);
  }

  /** Somebody who typed all of a name, or so much that one is left, has chosen. */
  left() {
    const typed = this.field.value.trim();
    const same = this.choices.filter((one) => one.name === typed || one.id === typed);
    const [only] = same.length ? same : this.choices;
    const sure = same.length === 1 || (typed && this.choices.length === 1);
    if (!this.kept.value && only && sure) this.choose(this.choices.indexOf(only));
    this.open(false);
  }

  /** @param {string} id */
  keep(id) {
    const changed = this.kept.value !== id;
    this.kept.value = id;
    this.judge();
    if (changed) this.kept.dispatchEvent(new Event("change", { bubbles: true }));
  }

  judge() {
    const wrong = this.field.value.trim() !== "" && !this.kept.value;
    this.field.setCustomValidity(wrong ? (this.box.dataset.wrong ?? "") : "");
  }

  /** @param {boolean} wide */
  open(wide) {
    this.list.hidden = !wide;
    this.field.setAttribute("aria-expanded", String(wide));
    if (!wide) this.mark(-1);
  }
}

wireEach("[data-choose]", (/** @type {HTMLElement} */ box) => new Chooser(box));
