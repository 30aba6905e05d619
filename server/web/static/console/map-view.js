/**
 * What part of the world a map shows, as web maps do it: the world is a square of 256 * 2^zoom
 * pixels, north up. Pure: a view is moved by making another one.
 *
 * @typedef {{x: number, y: number, zoom: number, width: number, height: number}} View
 * `x` and `y`: the middle, from 0 to 1 of the world; `width` and `height`: pixels.
 * @typedef {{lat: number, lon: number}} Place
 */

export const TILE = 256;
export const LEAST_ZOOM = 3;
export const MOST_ZOOM = 19;
const HIGHEST_LAT = 85.05;
const EQUATOR_M = 40_075_016.686;
const MARGIN = 40;

/** @param {Place} place @returns {{x: number, y: number}} from 0 to 1 of the world */
export function worldOf({ lat, lon }) {
  const bounded = Math.max(-HIGHEST_LAT, Math.min(HIGHEST_LAT, lat));
  const sin = Math.sin((bounded * Math.PI) / 180);
  return {
    x: (lon + 180) / 360,
    y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI),
  };
}

/** @param {{x: number, y: number}} world @returns {Place} */
export function placeOf({ x, y }) {
  return {
    lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
    lon: x * 360 - 180,
  };
}

/** @param {number} zoom how many pixels the world is wide */
export function scaleOf(zoom) {
  return TILE * 2 ** zoom;
}

/** @param {View} view @param {{x: number, y: number}} world @returns {{x: number, y: number}} */
export function pixelOf(view, world) {
  const scale = scaleOf(view.zoom);
  return {
    x: (world.x - view.x) * scale + view.width / 2,
    y: (world.y - view.y) * scale + view.height / 2,
  };
}

/** @param {View} view @param {number} px @param {number} py @returns {{x: number, y: number}} */
export function worldAt(view, px, py) {
  const scale = scaleOf(view.zoom);
  return {
    x: view.x + (px - view.width / 2) / scale,
    y: view.y + (py - view.height / 2) / scale,
  };
}

/** @param {View} view @param {number} dx @param {number} dy pixels @returns {View} */
export function panned(view, dx, dy) {
  const scale = scaleOf(view.zoom);
  return within({ ...view, x: view.x + dx / scale, y: view.y + dy / scale });
}

/**
 * Nearer or farther, with what lies under a pixel staying there.
 * @param {View} view @param {number} by levels @param {number} [px] @param {number} [py]
 * @returns {View}
 */
export function zoomed(view, by, px = view.width / 2, py = view.height / 2) {
  const zoom = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, view.zoom + by));
  const under = worldAt(view, px, py);
  const scale = scaleOf(zoom);
  const x = under.x - (px - view.width / 2) / scale;
  const y = under.y - (py - view.height / 2) / scale;
  return within({ ...view, zoom, x, y });
}

/**
 * All of these in sight, with a margin; China if there are none.
 * @param {{x: number, y: number}[]} worlds @param {number} width @param {number} height
 * @returns {View}
 */
export function fitted(worlds, width, height) {
  if (worlds.length === 0) return { ...worldOf({ lat: 35, lon: 105 }), zoom: 4, width, height };
  let [left, top, right, bottom] = [1, 1, 0, 0];
  for (const { x, y } of worlds) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const wide = Math.max(right - left, 1e-9) / Math.max(1, width - 2 * MARGIN);
  const high = Math.max(bottom - top, 1e-9) / Math.max(1, height - 2 * MARGIN);
  const zoom = Math.log2(1 / (TILE * Math.max(wide, high)));
  const bounded = Math.max(LEAST_ZOOM, Math.min(16, zoom));
  return { x: (left + right) / 2, y: (top + bottom) / 2, zoom: bounded, width, height };
}

/**
 * A length for the scale bar: a round number of metres that is at most so many pixels wide.
 * @param {View} view @param {number} most pixels
 * @returns {{metres: number, pixels: number}}
 */
export function scaleBar(view, most) {
  const { lat } = placeOf(view);
  const metresAPixel = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / scaleOf(view.zoom);
  const raw = most * metresAPixel;
  const power = 10 ** Math.floor(Math.log10(raw));
  const metres = [5, 2, 1].map((one) => one * power).find((one) => one <= raw) ?? power;
  return { metres, pixels: metres / metresAPixel };
}

/**
 * The lines of a plain grid: degrees that are round, some in sight.
 * @param {View} view
 * @returns {{lats: number[], lons: number[], step: number}}
 */
export function graticule(view) {
  const [from, to] = [
    placeOf(worldAt(view, 0, view.height)),
    placeOf(worldAt(view, view.width, 0)),
  ];
  const raw = (to.lon - from.lon) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
  return { lats: steps(from.lat, to.lat, step), lons: steps(from.lon, to.lon, step), step };
}

/** @param {number} from @param {number} to @param {number} step */
function steps(from, to, step) {
  const found = [];
  for (let at = Math.ceil(from / step); at * step <= to && found.length < 60; at++)
    found.push(at * step);
  return found;
}

/** @param {View} view @returns {View} */
function within(view) {
  return { ...view, x: clamped(view.x), y: clamped(view.y) };
}

/** @param {number} share */
function clamped(share) {
  return Math.max(0, Math.min(1, share));
}
