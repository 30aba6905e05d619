/**
 * A map of Leaflet, drawn on a canvas: the office's own shapes and tiles or a grid of degrees, and
 * points in clusters. Independent of what is done with the points.
 */
import {
  Canvas,
  CircleMarker,
  control,
  LayerGroup,
  Map as LeafletMap,
  latLngBounds,
  polygon,
  polyline,
  tileLayer,
} from "../vendor/leaflet.js";
import { CLOSE_ZOOM, clustersOf, MOST_ZOOM } from "./map-clusters.js";
import {
  clusterDraw,
  clusterRate,
  coloursOf,
  degreeDraw,
  drawMark,
  drawRate,
  radiusOf,
  shadeOf,
} from "./map-marks.js";

const LEAST_ZOOM = 3;
const MARGIN = 40;
/** So much of its size is drawn around the map, for what comes into sight while it is dragged. */
const AROUND = 0.5;
const ALL_OF_CHINA = /** @type {const} */ ([[35, 105], 4]);

/** A place that is drawn by a function of its own, in `options.draw`, and clicked like a disk. */
export const Mark = CircleMarker.extend({
  _updatePath() {
    if (this._renderer._drawing && !this._empty())
      this.options.draw(this._renderer._ctx, this._point.x, this._point.y);
  },
});

/**
 * @typedef {import("./map-clusters.js").Points} Points
 * @typedef {{shapes: {kind: "area" | "line", name: string, parts: number[][]}[],
 *   problems: string[], tiles: [number, number] | null}} Ground
 * @typedef {{limits: number[], areas: Record<string, number>}} Rates shares (0 to 1) at which the
 * next shade begins, and those of areas by name
 */

export class MapCanvas {
  /**
   * @param {HTMLElement} element
   * @param {{click: (places: number[], at: {lat: number, lng: number}) => void,
   *   moved?: () => void, key?: (event: KeyboardEvent) => boolean}} owner
   * `click`: the points under it, none on bare ground.
   */
  constructor(element, owner) {
    this.element = element;
    this.owner = owner;
    this.colours = coloursOf(element);
    /** @type {Points} */
    this.points = { lat: [], lon: [], states: [] };
    this.clusters = clustersOf(this.points);
    /** @type {Ground["shapes"]} */
    this.shapes = [];
    /** @type {Rates} */
    this.rates = { limits: [], areas: {} };
    this.chosen = -1;
    this.wasMoved = false;
    this.isPlain = true;
    this.map = new LeafletMap(element, {
      renderer: new Canvas({ padding: AROUND, tolerance: 10 }),
      attributionControl: false,
      zoomControl: false,
      zoomAnimation: false,
      inertia: false,
      zoomSnap: 0.25,
      minZoom: LEAST_ZOOM,
      maxZoom: MOST_ZOOM,
    });
    control.scale({ imperial: false }).addTo(this.map);
    this.grid = new LayerGroup().addTo(this.map);
    this.ground = new LayerGroup().addTo(this.map);
    this.marks = new LayerGroup().addTo(this.map);
    this.fit();
    this.listen();
  }

  listen() {
    this.map.on("moveend resize", () => this.draw());
    for (const name of ["pointerdown", "wheel", "keydown"])
      this.element.addEventListener(name, () => {
        this.wasMoved = true;
        // Leaflet gives itself the focus, which the browser takes for one that keys have brought.
        if (name !== "wheel") this.element.toggleAttribute("data-pointed", name === "pointerdown");
      });
    this.element.addEventListener("blur", () => this.element.removeAttribute("data-pointed"));
    new ResizeObserver(() => {
      this.map.invalidateSize();
      if (!this.wasMoved) this.fit();
    }).observe(this.element);
    this.map.on("click", (/** @type {any} */ event) => this.owner.click([], event.latlng));
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours = coloursOf(this.element);
      this.drawGround();
      this.draw();
    });
    for (const button of this.element.parentElement?.querySelectorAll("[data-zoom]") ?? [])
      button.addEventListener("click", () => {
        const by = Number(/** @type {HTMLElement} */ (button).dataset.zoom);
        this.wasMoved = true;
        if (by) this.map.setZoom(this.map.getZoom() + by);
        else this.fit();
      });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "0" || event.key === "Home") this.fit();
    else if (!this.owner.key?.(event)) return;
    event.preventDefault();
  }

  /** All points in sight; without any, all shapes; without those, China. */
  fit() {
    const places = this.points.lat.map((lat, place) => [lat, this.points.lon[place] ?? 0]);
    const bounds = latLngBounds(places);
    if (places.length === 0) this.ground.eachLayer((/** @type {any} */ one) => extend(bounds, one));
    const still = { animate: false, padding: [MARGIN, MARGIN], maxZoom: CLOSE_ZOOM };
    if (bounds.isValid()) this.map.fitBounds(bounds, still);
    else this.map.setView(...ALL_OF_CHINA);
  }

  /** @param {{lat: number, lng: number}} at @param {number} zoom at least so near */
  centre(at, zoom) {
    this.wasMoved = true;
    this.map.setView(at, Math.max(this.map.getZoom(), zoom), { animate: false });
  }

  /** @param {Ground} ground */
  lay({ shapes, tiles }) {
    this.isPlain = shapes.length === 0 && tiles === null;
    if (tiles)
      tileLayer("/map/tiles/{z}/{x}/{y}.png", {
        minZoom: LEAST_ZOOM,
        maxZoom: MOST_ZOOM,
        minNativeZoom: tiles[0],
        maxNativeZoom: tiles[1],
      }).addTo(this.map);
    this.shapes = shapes;
    this.drawGround();
    if (this.wasMoved) this.draw();
    else this.fit();
  }

  /** The office's shapes in the colours of now. */
  drawGround() {
    this.ground.clearLayers();
    for (const { kind, name, parts } of this.shapes) {
      const lines = parts.map(cornersOf);
      const style = { interactive: false, color: this.colours.line, className: kind };
      const shade = this.shade(this.rates.areas[name] ?? 0, name in this.rates.areas ? 1 : 0);
      const fill = {
        fillColor: this.colours.heat[shade] ?? this.colours.surface,
        fillOpacity: 0.5,
      };
      const shape =
        kind === "area"
          ? polygon(lines, { ...style, ...fill, weight: 1.5 })
          : polyline(lines, { ...style, weight: 1 });
      this.ground.addLayer(shape);
    }
  }

  /** @param {Points} points */
  show(points) {
    const isFirst = this.points.lat.length === 0;
    this.points = points;
    this.clusters = clustersOf(points);
    if (isFirst && !this.wasMoved) this.fit();
    else this.draw();
  }

  /** The places in the list of all points that are in sight. */
  inSight() {
    const bounds = this.map.getBounds();
    const { lat, lon } = this.points;
    return [...lat.keys()].filter((place) => bounds.contains([lat[place] ?? 0, lon[place] ?? 0]));
  }

  draw() {
    const zoom = Math.floor(this.map.getZoom());
    const index = this.clusters(zoom);
    this.marks.clearLayers();
    const [south, west, north, east] = sidesOf(this.map.getBounds().pad(AROUND));
    const box = [west, south, east, north];
    for (const one of index.getClusters(box, zoom)) this.mark(one, index);
    this.drawGrid();
    this.owner.moved?.();
  }

  /** @param {any} found @param {any} index */
  mark({ properties, geometry }, index) {
    const { cluster_id: cluster, point_count: count = 1, place } = properties;
    const [lng, lat] = geometry.coordinates;
    const draw = cluster
      ? this.clusterDraw({ count, ...properties })
      : this.pointDraw(place, properties);
    const mark = new Mark([lat, lng], {
      draw,
      radius: radiusOf(count),
      bubblingMouseEvents: false,
    });
    const places = () =>
      (cluster ? index.getLeaves(cluster, Number.POSITIVE_INFINITY) : [{ properties }]).map(
        (/** @type {any} */ leaf) => leaf.properties.place,
      );
    mark.on("click", () => this.owner.click(places(), { lat, lng }));
    this.marks.addLayer(mark);
    if (this.chosen >= 0 && places().includes(this.chosen)) this.ring([lat, lng], count);
  }

  /** @param {any} what @returns {import("./map-marks.js").Draw} */
  clusterDraw(what) {
    if (!this.points.plays) return clusterDraw(what, this.colours);
    return clusterRate(what, this.shade(what.confirmed, what.due), this.colours);
  }

  /** @param {number} place @param {any} what @returns {import("./map-marks.js").Draw} */
  pointDraw(place, { confirmed, due }) {
    if (this.points.plays)
      return (pen, x, y) => drawRate(pen, x, y, this.shade(confirmed, due), this.colours);
    return (pen, x, y) => drawMark(pen, x, y, this.points.states[place] ?? "none", this.colours);
  }

  /** @param {number} confirmed @param {number} due */
  shade(confirmed, due) {
    return shadeOf(confirmed, due, this.rates.limits);
  }

  /** @param {[number, number]} at @param {number} count of venues there */
  ring(at, count) {
    const style = { color: this.colours.blue, weight: 3, fill: false, interactive: false };
    this.marks.addLayer(new CircleMarker(at, { ...style, radius: radiusOf(count) + 5 }));
  }

  /** @param {number} place */
  placeOf(place) {
    return { lat: this.points.lat[place] ?? 0, lng: this.points.lon[place] ?? 0 };
  }

  /** Degrees that are round, some in sight, where the office has put nothing under the points. */
  drawGrid() {
    this.grid.clearLayers();
    if (!this.isPlain) return;
    const sight = this.map.getBounds();
    const wide = sight.pad(AROUND);
    const raw = (sight.getEast() - sight.getWest()) / 5;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    const [south, west, north, east] = sidesOf(wide);
    for (const lng of steps(west, east, step))
      this.degree(
        latLngBounds([south, lng], [north, lng]),
        [sight.getNorth(), lng],
        `${lng.toFixed(digits)}°E`,
      );
    for (const lat of steps(south, north, step))
      this.degree(
        latLngBounds([lat, west], [lat, east]),
        [lat, sight.getWest()],
        `${lat.toFixed(digits)}°N`,
      );
  }

  /** @param {any} line @param {[number, number]} edge of the map @param {string} words */
  degree(line, edge, words) {
    const still = { interactive: false };
    const ends = [line.getSouthWest(), line.getNorthEast()];
    this.grid.addLayer(polyline(ends, { ...still, color: this.colours.line, weight: 0.5 }));
    this.grid.addLayer(
      new Mark(edge, { ...still, draw: degreeDraw(words, this.colours), radius: 60 }),
    );
  }
}

/** @param {any} bounds @returns {[number, number, number, number]} */
function sidesOf(bounds) {
  return [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()];
}

/** @param {any} bounds @param {any} layer */
function extend(bounds, layer) {
  bounds.extend(layer.getBounds());
}

/** @param {number[]} part longitude and latitude by turns */
function cornersOf(part) {
  const found = [];
  for (let place = 0; place + 1 < part.length; place += 2)
    found.push([part[place + 1], part[place]]);
  return found;
}

/** @param {number} from @param {number} to @param {number} step */
function steps(from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from(
    { length: Math.max(0, Math.floor(to / step) - first + 1) },
    (_, n) => (first + n) * step,
  );
}
