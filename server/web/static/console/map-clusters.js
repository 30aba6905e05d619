/**
 * Many points at few places: those that would overlap are one cluster, with how many of
 * them are dark and online, and their plays where those are given.
 *
 * @typedef {{confirmed: number[], due: number[]}} Plays
 * @typedef {{lat: number[], lon: number[], states: string[], plays?: Plays}} Points
 */
import Supercluster from "../vendor/supercluster.js";

export const CLOSE_ZOOM = 16;
export const MOST_ZOOM = 19;

/** @param {Points} points @returns {(zoom: number) => any} the clusters for a whole level of zoom */
export function clustersOf(points) {
  const far = indexOf(points, { radius: 50, maxZoom: CLOSE_ZOOM });
  // Near by every point is alone, as far as it isn't at the very same place.
  const near = indexOf(points, { radius: 2, minZoom: CLOSE_ZOOM + 1, maxZoom: MOST_ZOOM });
  return (zoom) => (zoom > CLOSE_ZOOM ? near : far);
}

/** @param {Points} points @param {Record<string, number>} how */
function indexOf({ lat, lon, states, plays }, how) {
  const index = new Supercluster({
    ...how,
    extent: 256,
    map: (/** @type {any} */ { place }) => ({
      dark: Number(states[place] === "dark"),
      online: Number(states[place] === "online"),
      confirmed: plays?.confirmed[place] ?? 0,
      due: plays?.due[place] ?? 0,
    }),
    reduce: (/** @type {any} */ all, /** @type {any} */ one) => {
      all.dark += one.dark;
      all.online += one.online;
      all.confirmed += one.confirmed;
      all.due += one.due;
    },
  });
  const features = lat.map((at, place) => ({
    type: "Feature",
    properties: { place },
    geometry: { type: "Point", coordinates: [lon[place] ?? 0, at] },
  }));
  return index.load(features);
}
