/**
 * Many points at few places: those that would lie on each other are one cluster. Pure.
 *
 * Clusters are cells of a grid of the world, so they stay where they are while the map is moved;
 * they are made anew for each whole level of zoom alone.
 *
 * @typedef {{x: number, y: number, points: number[]}} Cluster
 * `x` and `y`: the mean of its points, from 0 to 1 of the world; `points`: their places in the list.
 */
import { scaleOf } from "./map-view.js";

const CELL = 50;
/** From here on every point stands alone, as far as it isn't at the very same place. */
const ALONE_ZOOM = 17;

/**
 * @param {Float64Array} xs @param {Float64Array} ys @param {number} zoom
 * @returns {Cluster[]}
 */
export function clustered(xs, ys, zoom) {
  const level = Math.floor(zoom);
  const cells = scaleOf(level) / (level >= ALONE_ZOOM ? 2 : CELL);
  /** @type {Map<number, Cluster>} */
  const found = new Map();
  for (let place = 0; place < xs.length; place++) {
    const x = xs[place] ?? 0;
    const y = ys[place] ?? 0;
    const cell = Math.floor(x * cells) * 2 ** 26 + Math.floor(y * cells);
    const known = found.get(cell);
    if (known) {
      known.points.push(place);
      known.x += x;
      known.y += y;
    } else found.set(cell, { x, y, points: [place] });
  }
  for (const one of found.values()) {
    one.x /= one.points.length;
    one.y /= one.points.length;
  }
  return [...found.values()];
}

/**
 * The nearest to a pixel, within a reach; null if none is.
 * @template {{px: number, py: number}} Drawn
 * @param {Drawn[]} drawn @param {number} px @param {number} py @param {number} reach
 * @returns {Drawn | null}
 */
export function nearest(drawn, px, py, reach) {
  let best = null;
  let least = reach * reach;
  for (const one of drawn) {
    const distance = (one.px - px) ** 2 + (one.py - py) ** 2;
    if (distance <= least) {
      best = one;
      least = distance;
    }
  }
  return best;
}
