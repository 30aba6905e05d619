/**
 * Where a venue is, in its form: a click on the map (or Enter, at the cross in its middle) fills
 * in latitude and longitude in WGS-84; what is typed there is shown on the map.
 */
import { call } from "./api.js";
import { MapCanvas } from "./map-canvas.js";
import { placeAt } from "./map-draw.js";
import { worldOf } from "./map-view.js";

const NEAR_ZOOM = 15;
const DECIMALS = 6;

/** @param {HTMLElement} box */
function placeByHand(box) {
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const [lat, lon, coord] = ["lat", "lon", "coord"].map(
    (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)),
  );
  if (!lat || !lon || !coord) return;
  const canvas = new MapCanvas(/** @type {HTMLCanvasElement} */ (box.querySelector("canvas")), {
    click: (px, py) => put(placeAt(canvas.view, px, py)),
    key: (event) => {
      if (event.key !== "Enter") return false;
      put(placeAt(canvas.view, canvas.view.width / 2, canvas.view.height / 2));
      return true;
    },
  });
  /** @param {{lat: number, lon: number}} place */
  const put = (place) => {
    if (lat.disabled) return;
    lat.value = place.lat.toFixed(DECIMALS);
    lon.value = place.lon.toFixed(DECIMALS);
    coord.value = "wgs84";
    mark(canvas, place);
    const said = /** @type {HTMLElement} */ (box.querySelector("[data-said]"));
    said.textContent = `${lat.value}, ${lon.value}`;
  };
  const follow = () => {
    const place = { lat: Number(lat.value), lon: Number(lon.value) };
    const isKnown = lat.value !== "" && lon.value !== "" && coord.value === "wgs84";
    mark(canvas, isKnown ? place : null);
    if (isKnown) canvas.move({ ...canvas.view, ...worldOf(place), zoom: NEAR_ZOOM });
  };
  for (const field of [lat, lon, coord]) field.addEventListener("change", follow);
  void call("GET", "/api/v1/map/shapes").then(
    (ground) => canvas.lay(ground),
    () => {},
  );
  follow();
  if (lat.value === "") void beginNear(box, canvas);
}

/**
 * Where the other venues are, until a place is chosen.
 * @param {HTMLElement} box
 * @param {MapCanvas} canvas
 */
async function beginNear(box, canvas) {
  try {
    const told = await call("GET", box.dataset.points ?? "");
    const worlds = told.lat.map((/** @type {number} */ lat, /** @type {number} */ place) =>
      worldOf({ lat, lon: told.lon[place] }),
    );
    if (worlds.length === 0 || canvas.wasMoved || canvas.points.xs.length > 0) return;
    canvas.points = pointsOf(worlds, "none");
    canvas.fit();
  } catch {
    // the plain grid does as well
  }
}

/** @param {MapCanvas} canvas @param {{lat: number, lon: number} | null} place */
function mark(canvas, place) {
  canvas.points = pointsOf(place ? [worldOf(place)] : [], "online");
  canvas.chosen = place ? 0 : -1;
  canvas.draw();
}

/** @param {{x: number, y: number}[]} worlds @param {string} state */
function pointsOf(worlds, state) {
  return {
    xs: Float64Array.from(worlds, ({ x }) => x),
    ys: Float64Array.from(worlds, ({ y }) => y),
    states: worlds.map(() => state),
    stamp: String(Math.random()),
  };
}

for (const box of /** @type {NodeListOf<HTMLElement>} */ (
  document.querySelectorAll("[data-place]")
)) {
  const more = box.closest("details");
  // A canvas that isn't seen has no size.
  if (more && !more.open) more.addEventListener("toggle", () => placeByHand(box), { once: true });
  else placeByHand(box);
}
