/**
 * A canvas with a map on it: keeps the view, draws when something has changed, loads the office's
 * own shapes and tiles. Knows nothing of what is done with the points.
 */
import { coloursOf, drawMap } from "./map-draw.js";
import { moveByHand } from "./map-input.js";
import { fitted, worldOf, zoomed } from "./map-view.js";

const MOST_TILES = 200;

/**
 * @typedef {import("./map-view.js").View} View
 * @typedef {import("./map-draw.js").Drawn} Drawn
 * @typedef {import("./map-draw.js").Points & {stamp: string}} Points
 * @typedef {{shapes: {kind: "area" | "line", name: string, parts: number[][]}[],
 *   problems: string[], tiles: [number, number] | null}} Ground
 */

export class MapCanvas {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{click: (px: number, py: number) => void, moved?: () => void,
   *   key?: (event: KeyboardEvent) => boolean}} owner
   */
  constructor(canvas, owner) {
    this.canvas = canvas;
    this.owner = owner;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {import("./map-draw.js").Shape[]} */
    this.shapes = [];
    /** @type {Points} */
    this.points = { xs: new Float64Array(), ys: new Float64Array(), states: [], stamp: "" };
    /** @type {Drawn[]} */
    this.drawn = [];
    this.chosen = -1;
    /** @type {[number, number] | null} */
    this.zooms = null;
    /** @type {Map<string, HTMLImageElement>} */
    this.tiles = new Map();
    this.isDue = false;
    this.wasMoved = false;
    /** @type {View} */
    this.view = fitted([], 1, 1);
    this.colours = coloursOf(canvas);
    this.listen();
    this.resize();
  }

  listen() {
    moveByHand(this.canvas, {
      view: () => this.view,
      move: (view) => this.move(view),
      fit: () => this.fit(),
      click: (px, py) => this.owner.click(px, py),
      key: (event) => this.owner.key?.(event) ?? false,
    });
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours = coloursOf(this.canvas);
      this.draw();
    });
    for (const button of this.canvas.parentElement?.querySelectorAll("[data-zoom]") ?? [])
      button.addEventListener("click", () => this.onButton(/** @type {HTMLElement} */ (button)));
  }

  /** @param {HTMLElement} button */
  onButton(button) {
    const by = Number(button.dataset.zoom);
    if (by) this.move(zoomed(this.view, by));
    else this.fit();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const dense = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * dense);
    this.canvas.height = Math.round(height * dense);
    this.pen.setTransform(dense, 0, 0, dense, 0, 0);
    this.view = { ...this.view, width, height };
    if (!this.wasMoved) this.fit();
    else this.draw();
  }

  /** @param {View} view */
  move(view) {
    this.view = view;
    this.wasMoved = true;
    this.draw();
  }

  /** All points in sight; without any, all shapes. */
  fit() {
    const { xs, ys } = this.points;
    let worlds = [...xs].map((x, place) => ({ x, y: ys[place] ?? 0 }));
    if (worlds.length === 0) worlds = this.shapes.flatMap(({ parts }) => parts.flatMap(cornersOf));
    this.view = fitted(worlds, this.view.width, this.view.height);
    this.draw();
  }

  /** @param {Ground} ground */
  lay(ground) {
    this.shapes = ground.shapes.map(({ kind, name, parts }) => ({
      kind,
      name,
      parts: parts.map(toWorld),
    }));
    this.zooms = ground.tiles;
    if (!this.wasMoved) this.fit();
    else this.draw();
  }

  /** @param {Points} points */
  show(points) {
    const isFirst = this.points.stamp === "";
    this.points = points;
    if (isFirst && !this.wasMoved) this.fit();
    else this.draw();
  }

  draw() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      const began = performance.now();
      this.drawn = drawMap(this.pen, this.view, {
        shapes: this.shapes,
        points: this.points,
        colours: this.colours,
        chosen: this.chosen,
        tile: this.zooms ? (z, x, y) => this.tile(z, x, y) : null,
      });
      this.canvas.dataset.drawnMs = (performance.now() - began).toFixed(1);
      this.owner.moved?.();
    });
  }

  /**
   * A tile that has come, or null; it is asked for, and drawn when it comes.
   * @param {number} z @param {number} x @param {number} y
   */
  tile(z, x, y) {
    if (!this.zooms || z < this.zooms[0] || z > this.zooms[1]) return null;
    const key = `${z}/${x}/${y}`;
    const known = this.tiles.get(key);
    if (known) return known.complete && known.naturalWidth > 0 ? known : null;
    if (this.tiles.size >= MOST_TILES) this.tiles.clear();
    const picture = new Image();
    picture.addEventListener("load", () => this.draw());
    picture.src = `/map/tiles/${key}.png`;
    this.tiles.set(key, picture);
    return null;
  }
}

/** @param {number[]} part longitude and latitude by turns */
function toWorld(part) {
  const found = new Float64Array(part.length);
  for (let place = 0; place + 1 < part.length; place += 2) {
    const { x, y } = worldOf({ lon: part[place] ?? 0, lat: part[place + 1] ?? 0 });
    found[place] = x;
    found[place + 1] = y;
  }
  return found;
}

/** @param {Float64Array} part */
function cornersOf(part) {
  const found = [];
  for (let place = 0; place + 1 < part.length; place += 2)
    found.push({ x: part[place] ?? 0, y: part[place + 1] ?? 0 });
  return found;
}
