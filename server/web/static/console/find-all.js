/**
 * The field that searches everything, on every page: an ARIA combobox over `GET /api/v1/search`.
 * Arrows choose, Enter opens what is chosen or the page of all results. Loaded when somebody comes
 * to the field (on-demand.js).
 */

import { afterPause } from "./after-pause.js";
import { call } from "./api.js";
import { element, link } from "./elements.js";
import { all } from "./on-page.js";

const PAUSE_MS = 150;

/**
 * @typedef {{id: string, title: string, note: string, href: string}} Found
 * @typedef {{kind: string, title: string, items: Found[], more: boolean}} Group
 */

/** @param {HTMLFormElement} form */
export function searchEverywhere(form) {
  new Finder(form).listen();
}

/**
 * The place after a step among so many, -1 being the field itself.
 * @param {number} place
 * @param {number} step
 * @param {number} count
 */
export function stepped(place, step, count) {
  const around = count + 1;
  return ((((place + 1 + step) % around) + around) % around) - 1;
}

class Finder {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.field = /** @type {HTMLInputElement} */ (form.querySelector("[role=combobox]"));
    this.list = /** @type {HTMLElement} */ (form.querySelector("[role=listbox]"));
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-find-said]"));
    this.place = -1;
    this.latest = 0;
  }

  listen() {
    const searchSoon = afterPause(() => this.search(), PAUSE_MS);
    this.field.addEventListener("input", searchSoon);
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("focus", () => {
      if (this.options().length > 0 && this.field.value.trim()) this.open(true);
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.form.contains(/** @type {Node} */ (event.target))) this.open(false);
    });
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(/** @type {Node | null} */ (event.relatedTarget))) this.open(false);
    });
    // Typed before this was there.
    if (this.field.value.trim()) void this.search();
  }

  async search() {
    const text = this.field.value.trim();
    const mine = ++this.latest;
    if (!text) return this.show([]);
    try {
      const found = await call("GET", `/api/v1/search?q=${encodeURIComponent(text)}`);
      if (mine === this.latest) this.show(found.groups, text);
    } catch {
      if (mine === this.latest) this.showStatus(this.form.dataset.failed ?? "");
    }
  }

  /** @param {Group[]} groups @param {string} [text] */
  show(groups, text = "") {
    this.choose(-1);
    this.list.replaceChildren(...groups.map(groupOf));
    const count = this.options().length;
    if (count > 0) this.list.append(this.everything(text));
    else if (text) this.list.append(element("div", "none", this.form.dataset.none));
    for (const [place, option] of this.options().entries()) option.id = `find-all-${place}`;
    const words = count ? this.form.dataset.found : this.form.dataset.none;
    this.status.textContent = text ? (words ?? "").replace("{n}", String(count)) : "";
    this.open(text !== "");
  }

  /** @param {string} text */
  showStatus(text) {
    this.choose(-1);
    this.list.replaceChildren(element("div", "none", text));
    this.status.textContent = text;
    this.open(true);
  }

  /** @param {string} text */
  everything(text) {
    const option = optionOf({
      id: "",
      title: this.form.dataset.all ?? "",
      note: "",
      href: `/search?q=${encodeURIComponent(text)}`,
    });
    option.classList.add("all");
    return option;
  }

  /** @returns {HTMLElement[]} */
  options() {
    return all(this.list, "[role=option]");
  }

  /** @param {boolean} is */
  open(is) {
    this.list.hidden = !is;
    this.field.setAttribute("aria-expanded", String(is));
    if (!is) this.choose(-1);
  }

  /** @param {number} place */
  choose(place) {
    const options = this.options();
    this.place = place;
    for (const [one, option] of options.entries())
      option.setAttribute("aria-selected", String(one === place));
    const chosen = options[place];
    if (chosen) this.field.setAttribute("aria-activedescendant", chosen.id);
    else this.field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.isComposing) return; // an input method is choosing characters
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.open(false);
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden && this.options().length > 0) this.open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(stepped(this.place, step, this.options().length));
    }
    if (event.key === "Enter" && this.place >= 0) {
      event.preventDefault();
      this.options()[this.place]?.querySelector("a")?.click();
    }
  }
}

/** @param {Group} group */
function groupOf(group) {
  const box = element("div");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", group.title);
  const title = element("div", "title", group.title);
  title.setAttribute("aria-hidden", "true");
  box.append(title, ...group.items.map(optionOf));
  return box;
}

/** @param {Found} found */
function optionOf(found) {
  const option = element("div");
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const way = link(found.href, "");
  way.tabIndex = -1;
  way.append(element("strong", "", found.title), element("span", "", found.note));
  option.append(way);
  return option;
}
