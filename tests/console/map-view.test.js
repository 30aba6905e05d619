import assert from "node:assert/strict";
import { test } from "node:test";
import { clustered, nearest } from "../../server/web/static/console/map-clusters.js";
import { pinched } from "../../server/web/static/console/map-input.js";
import {
  fitted,
  graticule,
  panned,
  pixelOf,
  placeOf,
  scaleBar,
  worldAt,
  worldOf,
  zoomed,
} from "../../server/web/static/console/map-view.js";

const HERE = { lat: 34.26, lon: 117.18 };
const VIEW = { ...worldOf(HERE), zoom: 12, width: 800, height: 600 };

/** @param {number} found @param {number} wanted @param {number} [by] */
function near(found, wanted, by = 1e-6) {
  assert.ok(Math.abs(found - wanted) <= by, `${found} is not ${wanted}`);
}

test("a place on the map leads back to itself", () => {
  for (const place of [HERE, { lat: -33.9, lon: 18.4 }, { lat: 0, lon: -180 }]) {
    const again = placeOf(worldOf(place));
    near(again.lat, place.lat);
    near(again.lon, place.lon);
  }
});

test("the scheme of tiles is the usual one: the tile of a known place at zoom 12", () => {
  const { x, y } = worldOf(HERE);
  assert.deepEqual([Math.floor(x * 4096), Math.floor(y * 4096)], [3381, 1632]);
});

test("what lies under the pointer stays there while the map grows", () => {
  const before = worldAt(VIEW, 200, 150);
  const after = worldAt(zoomed(VIEW, 1.5, 200, 150), 200, 150);
  near(after.x, before.x, 1e-12);
  near(after.y, before.y, 1e-12);
});

test("zoom and place are bounded", () => {
  assert.equal(zoomed(VIEW, 99).zoom, 19);
  assert.equal(zoomed(VIEW, -99).zoom, 3);
  assert.equal(panned(VIEW, 1e12, 0).x, 1);
});

test("dragging by so many pixels moves what is there by as many", () => {
  const at = pixelOf(panned(VIEW, 30, -20), worldOf(HERE));
  near(at.x, 400 - 30, 1e-6);
  near(at.y, 300 + 20, 1e-6);
});

test("two fingers that part make the map grow around their middle", () => {
  const bigger = pinched(VIEW, { x: 500, y: 300 }, { x: 600, y: 300 }, { x: 400, y: 300 });
  near(bigger.zoom, 13);
});

test("all points are in sight, and one alone isn't looked at through a microscope", () => {
  const worlds = [HERE, { lat: 34.4, lon: 117.4 }, { lat: 34.1, lon: 117.0 }].map(worldOf);
  const view = fitted(worlds, 800, 600);
  for (const world of worlds) {
    const { x, y } = pixelOf(view, world);
    assert.ok(x >= 39 && x <= 761 && y >= 39 && y <= 561);
  }
  assert.equal(fitted([worldOf(HERE)], 800, 600).zoom, 16);
  assert.equal(fitted([], 800, 600).zoom, 4);
});

test("the scale bar is a round length that is as long as it says", () => {
  const { metres, pixels } = scaleBar(VIEW, 140);
  assert.equal(metres, 2000);
  assert.ok(pixels > 40 && pixels <= 140);
  // At 34 degrees north a pixel of zoom 12 is 31.6 m.
  near(metres / pixels, 31.6, 0.1);
});

test("the grid has some lines, at round degrees", () => {
  const { lats, lons, step } = graticule(VIEW);
  assert.ok(lats.length >= 2 && lats.length < 12);
  assert.ok(lons.length >= 2 && lons.length < 12);
  near(step, 0.1);
});

/** @param {{lat: number, lon: number}[]} places */
function arrays(places) {
  const worlds = places.map(worldOf);
  return /** @type {const} */ ([
    Float64Array.from(worlds, (one) => one.x),
    Float64Array.from(worlds, (one) => one.y),
  ]);
}

test("every point is in one cluster, and clusters fall apart as one comes nearer", () => {
  const places = Array.from({ length: 500 }, (_, n) => ({
    lat: 34.1 + ((n * 7919) % 1000) / 4000,
    lon: 117 + ((n * 104729) % 1000) / 3000,
  }));
  const counts = [6, 10, 14, 19].map((zoom) => {
    const found = clustered(...arrays(places), zoom);
    const all = found.flatMap((one) => one.points).sort((a, b) => a - b);
    assert.deepEqual(
      all,
      Array.from(places, (_, n) => n),
    );
    return found.length;
  });
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  );
  assert.ok((counts[0] ?? 0) < 12);
  assert.ok((counts[3] ?? 0) > 480);
});

test("clusters stay while the map is moved within a level", () => {
  const places = [HERE, { lat: 34.2601, lon: 117.1801 }];
  assert.deepEqual(clustered(...arrays(places), 12), clustered(...arrays(places), 12.9));
});

test("points at the very same place stay one, however near one comes", () => {
  assert.equal(clustered(...arrays([HERE, HERE]), 19).length, 1);
});

/**
 * A list that counts how often a point of it is looked at.
 * @param {Float64Array} values
 */
function counting(values) {
  const seen = { looks: 0 };
  const list = new Proxy(values, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) seen.looks += 1;
      return Reflect.get(target, key, target);
    },
  });
  return { list, seen };
}

test("five thousand points are clustered in one round: each is looked at once", () => {
  const places = Array.from({ length: 5000 }, (_, n) => ({
    lat: 34 + ((n * 7919) % 5000) / 10000,
    lon: 117 + ((n * 104729) % 5000) / 8000,
  }));
  const [xs, ys] = arrays(places).map(counting);
  assert.ok(xs && ys);
  const found = clustered(xs.list, ys.list, 13);

  assert.deepEqual([xs.seen.looks, ys.seen.looks], [5000, 5000]);
  assert.equal(found.flatMap(({ points }) => points).length, 5000);
});

test("a click finds the nearest within reach", () => {
  const drawn = [
    { px: 10, py: 10 },
    { px: 30, py: 10 },
  ];
  assert.equal(nearest(drawn, 22, 10, 24), drawn[1]);
  assert.equal(nearest(drawn, 200, 10, 24), null);
});
