/**
 * 地图: points with their state from `data-points`, a list beside it of what is in sight, and a
 * card of the venue that was chosen: by pointer, from the list, or with N and P. Checks for news
 * every half a minute.
 */

import { afterPause } from "./after-pause.js";
import { call } from "./api.js";
import { button, element } from "./elements.js";
import { filled, worded } from "./filled.js";
import { MapCanvas } from "./map-canvas.js";
import { CLOSE_ZOOM } from "./map-clusters.js";
import { wireEach } from "./on-page.js";

const POLL_MS = 30_000;
const LISTED = 60;
const PAUSE_MS = 150;
/** Between the margins of a sheet of A4. */
const PAPER_PX = 700;

/**
 * @typedef {{id: string[], name: string[], lat: number[], lon: number[], kind: number[],
 *   unit: number[], state: number[], screens: number[], dark: number[], confirmed: number[],
 *   due: number[], rate_pct: (number | null)[], kinds: string[],
 *   units: string[], states: string[], without: number}} MapData
 */

class MapPage {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.list = this.part("[data-list]");
    this.card = this.part("[data-card]");
    this.status = this.part("[data-said]");
    /** @type {MapData | null} */
    this.data = null;
    this.states = JSON.parse(box.dataset.states ?? "{}");
    this.isByRate = box.dataset.limits !== undefined;
    this.canvas = new MapCanvas(this.part("[data-ground]"), {
      click: (places, at) => this.onClick(places, at),
      key: (event) => this.onKey(event),
      moved: afterPause(() => this.listInSight(), PAUSE_MS),
    });
  }

  /** The words on a venue in the list: its rate where the map shows rates, else its state. */
  about(/** @type {MapData} */ data, /** @type {number} */ place) {
    const code = data.states[data.state[place] ?? 0] ?? "none";
    const { name = code, tone = "" } = this.states[code] ?? {};
    if (!this.isByRate) return { text: name, tone };
    const pct = data.rate_pct[place];
    const text = pct == null ? this.box.dataset.unrated : `${pct.toFixed(1)}\u00a0%`;
    return { text: text ?? "", tone: "" };
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.box.querySelector(selector));
  }

  /** On paper the map is as it is drawn here, made small enough for the sheet. */
  fitPaper() {
    const frame = this.part(".map-frame");
    const { offsetWidth, offsetHeight } = frame;
    frame.style.setProperty("--drawn-width", `${offsetWidth}px`);
    frame.style.setProperty("--drawn-height", `${offsetHeight}px`);
    frame.style.setProperty("--on-paper", String(Math.min(1, PAPER_PX / offsetWidth)));
  }

  async begin() {
    const { limits = "[]", areas = "{}" } = this.box.dataset;
    this.canvas.rates = { limits: JSON.parse(limits), areas: JSON.parse(areas) };
    const ground = call("GET", "/api/v1/map/shapes").then((found) => {
      this.canvas.lay(found);
      const warning = (/** @type {string} */ text) => element("p", "alert alert-warning", text);
      this.part("[data-problems]").replaceChildren(...found.problems.map(warning));
    });
    await Promise.all([ground.catch(() => {}), this.refresh()]);
    setInterval(() => {
      if (!document.hidden) void this.refresh();
    }, POLL_MS);
  }

  async refresh() {
    try {
      this.take(await call("GET", this.box.dataset.points ?? ""));
      this.part("[data-failed]").hidden = true;
    } catch {
      this.part("[data-failed]").hidden = false; // what is there stays
    }
  }

  /** @param {MapData} data */
  take(data) {
    const chosen = this.data?.id[this.canvas.chosen];
    this.data = data;
    const states = data.state.map((state) => data.states[state] ?? "none");
    this.canvas.chosen = chosen ? data.id.indexOf(chosen) : -1;
    const { confirmed, due } = data;
    const plays = this.isByRate ? { plays: { confirmed, due } } : {};
    this.canvas.show({ lat: data.lat, lon: data.lon, states, ...plays });
    this.part("[data-none]").hidden = data.id.length > 0;
    const without = this.part("[data-without]");
    without.hidden = data.without === 0;
    this.part("[data-without-count]").textContent = data.without.toLocaleString();
    this.box.dataset.ready = "true";
  }

  /** The venues in sight, those first that call for somebody: by state, or the lowest rate. */
  inSight() {
    const { state = [], rate_pct: rates = [] } = this.data ?? {};
    const rank = (/** @type {number} */ place) =>
      this.isByRate ? (rates[place] ?? Number.POSITIVE_INFINITY) : (state[place] ?? 0);
    const ranks = new Map(this.canvas.inSight().map((place) => [place, rank(place)]));
    return [...ranks.keys()].sort((a, b) => compared(ranks.get(a), ranks.get(b)) || a - b);
  }

  listInSight() {
    const data = this.data;
    // Nothing is taken away from under the fingers of somebody who is in the list.
    if (!data || this.list.contains(document.activeElement)) return;
    const found = this.inSight();
    this.list.replaceChildren(...found.slice(0, LISTED).map((place) => this.row(data, place)));
    const shown = Math.min(found.length, LISTED);
    const { sight, whole } = this.box.dataset;
    const counts = { n: found.length.toLocaleString(), shown };
    this.part("[data-count]").textContent = worded(shown < data.id.length ? sight : whole, counts);
  }

  /** @param {MapData} data @param {number} place */
  row(data, place) {
    const row = button("map-row", "", () => this.choose(place, { centre: true }));
    const { text, tone } = this.about(data, place);
    row.append(element("span", "", data.name[place]), element("span", `state ${tone}`, text));
    const item = element("li");
    item.append(row);
    return item;
  }

  /** @param {number[]} places @param {{lat: number, lng: number}} at */
  onClick(places, at) {
    const [first] = places;
    const zoom = this.canvas.map.getZoom();
    if (first === undefined) this.close();
    else if (places.length > 1 && zoom < CLOSE_ZOOM + 1) this.canvas.centre(at, zoom + 2);
    else this.choose(first, { centre: false });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const key = event.key.toLowerCase();
    if (key === "n" || key === "p") {
      this.step(key === "n" ? 1 : -1);
      return true;
    }
    if (key === "enter" && this.canvas.chosen >= 0) {
      this.card.querySelector("a")?.focus();
      return true;
    }
    if (key !== "escape" || this.card.hidden) return false;
    this.close();
    return true;
  }

  /** @param {number} by */
  step(by) {
    const found = this.inSight();
    if (found.length === 0) return;
    const at = found.indexOf(this.canvas.chosen);
    const next = found[(at + by + found.length) % found.length];
    this.choose(next ?? 0, { centre: false });
  }

  /** @param {number} place @param {{centre: boolean}} how */
  choose(place, { centre }) {
    const data = this.data;
    if (!data) return;
    this.canvas.chosen = place;
    this.fill(data, place);
    const { map } = this.canvas;
    const at = this.canvas.placeOf(place);
    if (centre) this.canvas.centre(at, CLOSE_ZOOM);
    else this.canvas.draw();
    // The card is placed where it doesn't cover its venue.
    this.card.classList.toggle("low", map.latLngToContainerPoint(at).y < map.getSize().y / 2);
  }

  /** @param {MapData} data @param {number} place */
  fill(data, place) {
    const { text, tone } = this.about(data, place);
    const words = this.isByRate ? (this.box.dataset.rate ?? "").replace("{rate}", text) : text;
    const id = data.id[place] ?? "";
    const link = /** @type {HTMLAnchorElement} */ (this.card.querySelector("[data-venue]"));
    link.textContent = data.name[place] ?? "";
    link.href = `/venues/${id}`;
    const state = this.part("[data-state]");
    state.textContent = words;
    state.className = `state ${tone}`;
    this.part("[data-kind]").textContent = data.kinds[data.kind[place] ?? 0] ?? "";
    this.part("[data-unit]").textContent = data.units[data.unit[place] ?? 0] ?? "";
    const screens = /** @type {HTMLAnchorElement} */ (this.card.querySelector("[data-screens]"));
    screens.href = `/screens?venue_id=${id}`;
    const count = filled(this.box.dataset.screens, { n: data.screens[place] ?? 0 });
    const dark = (this.box.dataset.dark ?? "").replace("{n}", String(data.dark[place]));
    screens.textContent = data.dark[place] ? `${count}${dark}` : count;
    screens.hidden = !data.screens[place];
    this.card.hidden = false;
    this.status.textContent = `${link.textContent} ${words}`;
  }

  close() {
    this.card.hidden = true;
    this.canvas.chosen = -1;
    this.canvas.draw();
    this.canvas.element.focus();
  }
}

/** @param {number} [one] @param {number} [other] */
function compared(one = 0, other = 0) {
  return one === other ? 0 : one - other;
}

wireEach("[data-map]", (/** @type {HTMLElement} */ box) => {
  const page = new MapPage(box);
  box.querySelector("[data-close]")?.addEventListener("click", () => page.close());
  void page.begin();
  addEventListener("beforeprint", () => page.fitPaper());
});
