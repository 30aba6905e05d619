/**
 * One file on its way in, as a line with what can be done about it.
 */

import { element, link } from "./elements.js";
import { worded } from "./filled.js";

/** @typedef {"queued" | "sending" | "paused" | "broken" | "processing" | "ready" | "duplicate" | "refused" | "dropped"} State */

/** What can be done in which state.
 * @type {Record<State, string[]>} */
const ACTIONS = {
  queued: ["cancel"],
  sending: ["pause", "cancel"],
  paused: ["go", "cancel"],
  broken: ["go", "cancel"],
  processing: ["stop"],
  ready: [],
  duplicate: [],
  refused: ["dismiss"],
  dropped: [],
};

export class UploadLine {
  /**
   * @param {HTMLElement} zone has the line's template and its words
   * @param {string} name
   */
  constructor(zone, name) {
    const template = /** @type {HTMLTemplateElement} */ (zone.querySelector("[data-line]"));
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.row = /** @type {HTMLElement} */ (copy.firstElementChild);
    this.words = zone.dataset;
    /** @type {State} */
    this.state = "queued";
    this.part("[data-name]").textContent = name;
    this.bar = /** @type {HTMLProgressElement} */ (this.part("progress"));
    this.bar.setAttribute("aria-label", name);
    /** @type {HTMLElement} */ (zone.querySelector("[data-uploads]")).append(this.row);
    this.show("queued");
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.row.querySelector(selector));
  }

  /**
   * @param {State} state
   * @param {string} [sentence] shown in place of the state's own words
   * @param {string} [href] where the words lead
   */
  show(state, sentence, href) {
    this.state = state;
    this.row.dataset.state = state;
    const text = sentence ?? this.words[state] ?? "";
    const note = this.part("[data-note]");
    if (href) note.replaceChildren(link(href, text));
    else note.textContent = text;
    this.bar.hidden = ["ready", "duplicate", "refused", "dropped"].includes(state);
    this.part("[data-percent]").textContent = "";
    for (const button of this.row.querySelectorAll("button"))
      button.hidden = !ACTIONS[state].includes(button.dataset.act ?? "");
  }

  /**
   * A note on a state, beside its own words.
   * @param {string} text
   */
  note(text) {
    this.part("[data-note]").textContent = text;
  }

  /** @param {number} fraction */
  progress(fraction) {
    this.bar.value = fraction;
    this.part("[data-percent]").textContent = `${Math.floor(fraction * 100)} %`;
  }

  /**
   * The pages of a document, each a link that gets its picture as soon as there is one.
   * @param {string[]} assets
   */
  listPages(assets) {
    const list = this.part("[data-page-list]");
    list.hidden = false;
    list.replaceChildren(
      ...assets.map((asset, at) => {
        const item = element("li");
        item.append(link(`/media/${asset}`, worded(this.words.page, { n: at + 1 })));
        return item;
      }),
    );
  }

  /**
   * @param {number} at place of the page in the document
   * @param {{state: string, thumbnail: string | null, reason: string | null}} asset
   */
  showPage(at, asset) {
    const item = this.part("[data-page-list]").children[at];
    const to = /** @type {HTMLElement} */ (item.firstElementChild);
    if (asset.thumbnail) {
      const picture = element("img");
      picture.src = asset.thumbnail;
      picture.alt = "";
      to.prepend(picture);
    }
    if (asset.state === "rejected") item.append(element("span", "why", asset.reason ?? ""));
  }

  /**
   * How many pages there are, and how many of them are ready.
   * @param {number} all
   * @param {number} done
   */
  pagesText(all, done) {
    return worded(this.words.pages, { n: all, done });
  }

  /** @param {(act: string) => void} act */
  onAct(act) {
    this.row.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      if (button?.dataset.act) act(button.dataset.act);
    });
  }
}
