import assert from "node:assert/strict";
import { test } from "node:test";
import { clustersOf } from "../../server/web/static/console/map-clusters.js";

const WORLD = [-180, -85, 180, 85];

/** @param {number} count */
function places(count) {
  const numbers = Array.from({ length: count }, (_, n) => n);
  return {
    lat: numbers.map((n) => 34.1 + ((n * 7919) % 1000) / 4000),
    lon: numbers.map((n) => 117 + ((n * 104729) % 1000) / 3000),
    states: numbers.map((n) => ["online", "dark", "manual"][n % 3] ?? ""),
  };
}

/** @param {import("../../server/web/static/console/map-clusters.js").Points} points @param {number} zoom */
function found(points, zoom) {
  const index = clustersOf(points)(zoom);
  return index.getClusters(WORLD, zoom).map((/** @type {any} */ { properties }) => {
    const { cluster_id: cluster, place, dark } = properties;
    const leaves = cluster ? index.getLeaves(cluster, Number.POSITIVE_INFINITY) : [];
    const inside = leaves.map((/** @type {any} */ leaf) => leaf.properties.place);
    return { places: cluster ? inside : [place], dark };
  });
}

test("every point is in one cluster, and clusters fall apart as one comes nearer", () => {
  const points = places(500);
  const counts = [6, 10, 14, 19].map((zoom) => {
    const all = found(points, zoom);
    const inside = all.flatMap((/** @type {any} */ one) => one.places);
    assert.deepEqual(
      inside.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b),
      [...points.lat.keys()],
    );
    return all.length;
  });
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  );
  assert.ok((counts[0] ?? 0) < 12);
  assert.ok((counts[3] ?? 0) > 480);
});

test("a cluster shows how many of its venues are dark", () => {
  const [all] = found(places(300), 3);
  assert.equal(all.places.length, 300);
  assert.equal(all.dark, 100);
});

test("points at the very same place stay one, however near one comes", () => {
  const here = { lat: [34.26, 34.26], lon: [117.18, 117.18], states: ["online", "dark"] };
  assert.equal(found(here, 19).length, 1);
});

test("a cluster has the plays of all its places", () => {
  const points = places(40);
  const plays = { confirmed: points.lat.map(() => 3), due: points.lat.map(() => 4) };
  const all = clustersOf({ ...points, plays })(6).getClusters(WORLD, 6);
  const sums = all.map((/** @type {any} */ { properties }) => [
    properties.confirmed,
    properties.due,
    properties.point_count ?? 1,
  ]);

  for (const [confirmed, due, count] of sums)
    assert.deepEqual([confirmed, due], [3 * count, 4 * count]);
});
