/**
 * Draws a map on a canvas: tiles or a grid, shapes, clusters and points, the scale bar. Each state
 * has a form of its own, so that nobody needs to tell colours apart.
 */
import { clustered } from "./map-clusters.js";
import { graticule, pixelOf, placeOf, scaleBar, scaleOf, worldAt } from "./map-view.js";

/**
 * @typedef {import("./map-view.js").View} View
 * @typedef {{kind: "area" | "line", name: string, parts: Float64Array[]}} Shape
 * @typedef {{xs: Float64Array, ys: Float64Array, states: string[]}} Points
 * @typedef {{px: number, py: number, points: number[], x: number, y: number}} Drawn
 * @typedef {Record<"ground"|"ink"|"faint"|"line"|"good"|"bad"|"wait"|"none"|"blue"|"surface", string>} Colours
 */

const SIZE = 8;
const NAMES = /** @type {const} */ ({
  ground: "--raised",
  ink: "--ink",
  faint: "--faint",
  line: "--line-strong",
  good: "--good",
  bad: "--bad",
  wait: "--wait",
  none: "--faint",
  blue: "--blue-strong",
  surface: "--surface",
});

/** @param {Element} element @returns {Colours} */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  return /** @type {Colours} */ (
    Object.fromEntries(
      Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(name).trim()]),
    )
  );
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {View} view
 * @param {{shapes: Shape[], points: Points, colours: Colours, chosen: number,
 *   tile: ((z: number, x: number, y: number) => CanvasImageSource | null) | null}} what
 * @returns {Drawn[]} what can be pointed at
 */
export function drawMap(pen, view, what) {
  const { colours } = what;
  pen.fillStyle = colours.ground;
  pen.fillRect(0, 0, view.width, view.height);
  if (what.tile) drawTiles(pen, view, what.tile);
  else if (what.shapes.length === 0) drawGrid(pen, view, colours);
  for (const shape of what.shapes) drawShape(pen, view, shape, colours);
  const drawn = drawPoints(pen, view, what);
  drawScale(pen, view, colours);
  return drawn;
}

/**
 * @param {CanvasRenderingContext2D} pen @param {View} view
 * @param {(z: number, x: number, y: number) => CanvasImageSource | null} tile
 */
function drawTiles(pen, view, tile) {
  const z = Math.max(0, Math.round(view.zoom));
  const count = 2 ** z;
  const size = scaleOf(view.zoom) / count;
  const first = worldAt(view, 0, 0);
  const last = worldAt(view, view.width, view.height);
  for (let x = Math.floor(first.x * count); x <= Math.floor(last.x * count); x++)
    for (let y = Math.floor(first.y * count); y <= Math.floor(last.y * count); y++) {
      const picture = x >= 0 && y >= 0 && x < count && y < count ? tile(z, x, y) : null;
      const at = pixelOf(view, { x: x / count, y: y / count });
      if (picture) pen.drawImage(picture, at.x, at.y, size + 0.5, size + 0.5);
    }
}

/** @param {CanvasRenderingContext2D} pen @param {View} view @param {Colours} colours */
function drawGrid(pen, view, colours) {
  const { lats, lons, step } = graticule(view);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  pen.strokeStyle = colours.line;
  pen.fillStyle = colours.faint;
  pen.lineWidth = 0.5;
  pen.font = "11px sans-serif";
  pen.textBaseline = "top";
  pen.textAlign = "left";
  const { x: midX, y: midY } = view;
  for (const lon of lons) {
    const { x } = pixelOf(view, { x: (lon + 180) / 360, y: midY });
    stroke(pen, x, 0, x, view.height);
    pen.fillText(`${lon.toFixed(digits)}°E`, x + 3, 3);
  }
  for (const lat of lats) {
    const sin = Math.sin((lat * Math.PI) / 180);
    const at = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
    const { y } = pixelOf(view, { x: midX, y: at });
    stroke(pen, 0, y, view.width, y);
    pen.fillText(`${lat.toFixed(digits)}°N`, 3, y + 3);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function stroke(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {View} view @param {Shape} shape @param {Colours} colours */
function drawShape(pen, view, shape, colours) {
  const scale = scaleOf(view.zoom);
  const [left, top] = [view.width / 2 - view.x * scale, view.height / 2 - view.y * scale];
  pen.beginPath();
  for (const part of shape.parts)
    for (let place = 0; place + 1 < part.length; place += 2) {
      const x = (part[place] ?? 0) * scale + left;
      const y = (part[place + 1] ?? 0) * scale + top;
      if (place === 0) pen.moveTo(x, y);
      else pen.lineTo(x, y);
    }
  pen.strokeStyle = colours.line;
  pen.lineWidth = shape.kind === "area" ? 1.5 : 1;
  if (shape.kind === "area") {
    pen.closePath();
    pen.globalAlpha = 0.5;
    pen.fillStyle = colours.surface;
    pen.fill("evenodd");
    pen.globalAlpha = 1;
  }
  pen.stroke();
}

let kept = { key: "", clusters: /** @type {import("./map-clusters.js").Cluster[]} */ ([]) };

/**
 * @param {CanvasRenderingContext2D} pen @param {View} view
 * @param {{points: Points & {stamp?: string}, colours: Colours, chosen: number}} what
 */
function drawPoints(pen, view, { points, colours, chosen }) {
  const key = `${points.stamp} ${points.xs.length} ${Math.floor(view.zoom)}`;
  if (kept.key !== key) kept = { key, clusters: clustered(points.xs, points.ys, view.zoom) };
  const drawn = [];
  for (const one of kept.clusters) {
    const { x: px, y: py } = pixelOf(view, one);
    if (
      px < -SIZE * 3 ||
      py < -SIZE * 3 ||
      px > view.width + SIZE * 3 ||
      py > view.height + SIZE * 3
    )
      continue;
    const place = { ...one, px, py };
    if (one.points.length === 1)
      drawMark(pen, px, py, points.states[one.points[0] ?? 0] ?? "none", colours);
    else drawCluster(pen, place, points.states, colours);
    if (one.points.includes(chosen)) ring(pen, place, colours);
    drawn.push(place);
  }
  return drawn;
}

/** @param {CanvasRenderingContext2D} pen @param {Drawn} one @param {string[]} states @param {Colours} colours */
function drawCluster(pen, one, states, colours) {
  const count = one.points.length;
  const radius = radiusOf(count);
  const dark = one.points.filter((place) => states[place] === "dark").length;
  pen.beginPath();
  pen.arc(one.px, one.py, radius, 0, 2 * Math.PI);
  pen.fillStyle = colours.surface;
  pen.fill();
  pen.lineWidth = 3;
  const isOn = one.points.some((place) => states[place] === "online");
  pen.strokeStyle = isOn ? colours.good : colours.none;
  pen.stroke();
  if (dark > 0) {
    pen.beginPath();
    pen.arc(one.px, one.py, radius, -Math.PI / 2, -Math.PI / 2 + (2 * Math.PI * dark) / count);
    pen.strokeStyle = colours.bad;
    pen.lineWidth = 6;
    pen.stroke();
  }
  pen.fillStyle = colours.ink;
  pen.font = "bold 12px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(String(count), one.px, dark > 0 ? one.py - 6 : one.py);
  if (dark > 0) {
    pen.fillStyle = colours.bad;
    pen.font = "bold 11px sans-serif";
    pen.fillText(`✕${dark}`, one.px, one.py + 8);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Drawn} one @param {Colours} colours */
function ring(pen, one, colours) {
  const radius = one.points.length > 1 ? radiusOf(one.points.length) + 5 : SIZE + 7;
  pen.beginPath();
  pen.arc(one.px, one.py, radius, 0, 2 * Math.PI);
  pen.strokeStyle = colours.blue;
  pen.lineWidth = 3;
  pen.stroke();
}

/** @param {number} count */
function radiusOf(count) {
  return 13 + Math.min(13, 3 * Math.log2(count));
}

/**
 * One venue: a square with a cross, a triangle, a disk, a ring with two bars, a ring, a square, a
 * diamond.
 * @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {string} state
 * @param {Colours} colours
 */
export function drawMark(pen, x, y, state, colours) {
  const r = state === "dark" || state === "unbound" ? SIZE + 1 : SIZE - 1;
  pen.beginPath();
  if (state === "dark" || state === "manual") pen.rect(x - r, y - r, 2 * r, 2 * r);
  else if (state === "unbound") corners(pen, [x, y - r], [x + r, y + r], [x - r, y + r]);
  else if (state === "none") corners(pen, [x, y - r], [x + r, y], [x, y + r], [x - r, y]);
  else pen.arc(x, y, r, 0, 2 * Math.PI);
  const colour = { dark: colours.bad, unbound: colours.wait, online: colours.good }[state];
  pen.fillStyle = colour ?? colours.surface;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = colour ? colours.surface : state === "manual" ? colours.blue : colours.none;
  pen.stroke();
  if (state === "dark") {
    stroke(pen, x - r / 2, y - r / 2, x + r / 2, y + r / 2);
    stroke(pen, x - r / 2, y + r / 2, x + r / 2, y - r / 2);
  }
  if (state === "paused") for (const bar of [x - 2.5, x + 2.5]) stroke(pen, bar, y - 3, bar, y + 3);
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number][]} places */
function corners(pen, ...places) {
  for (const [index, [x, y]] of places.entries()) {
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.closePath();
}

/** @param {CanvasRenderingContext2D} pen @param {View} view @param {Colours} colours */
function drawScale(pen, view, colours) {
  const { metres, pixels } = scaleBar(view, 140);
  const [x, y] = [14, view.height - 14];
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 2;
  stroke(pen, x, y, x + pixels, y);
  stroke(pen, x, y - 5, x, y);
  stroke(pen, x + pixels, y - 5, x + pixels, y);
  pen.fillStyle = colours.ink;
  pen.font = "12px sans-serif";
  pen.textAlign = "left";
  pen.textBaseline = "bottom";
  pen.fillText(metres >= 1000 ? `${metres / 1000} km` : `${metres} m`, x + 4, y - 4);
}

/** @param {View} view @param {number} px @param {number} py the place under a pixel */
export function placeAt(view, px, py) {
  return placeOf(worldAt(view, px, py));
}
