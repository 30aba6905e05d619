/**
 * Where a venue is, in its form: a click on the map (or Enter, at the cross in its middle) fills
 * in latitude and longitude in WGS-84; what is typed there is shown on the map.
 */
import { call } from "./api.js";
import { MapCanvas } from "./map-canvas.js";
import { wireEach } from "./on-page.js";

const NEAR_ZOOM = 15;
const DECIMALS = 6;

/** @param {HTMLElement} box */
function placeByHand(box) {
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const [lat, lon, coord] = ["lat", "lon", "coord"].map(
    (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)),
  );
  if (!lat || !lon || !coord) return;
  const ground = /** @type {HTMLElement} */ (box.querySelector("[data-ground]"));
  const canvas = new MapCanvas(ground, {
    click: (_, at) => put(at),
    key: (event) => {
      if (event.key === "Enter") put(canvas.map.getCenter());
      return event.key === "Enter";
    },
  });
  /** @param {{lat: number, lng: number}} place */
  const put = (place) => {
    if (lat.disabled) return;
    lat.value = place.lat.toFixed(DECIMALS);
    lon.value = place.lng.toFixed(DECIMALS);
    coord.value = "wgs84";
    mark(canvas, place);
    const status = /** @type {HTMLElement} */ (box.querySelector("[data-said]"));
    status.textContent = `${lat.value}, ${lon.value}`;
  };
  const follow = () => {
    const place = { lat: Number(lat.value), lng: Number(lon.value) };
    const isValid = lat.value !== "" && lon.value !== "" && coord.value === "wgs84";
    mark(canvas, isValid ? place : null);
    if (isValid) canvas.centre(place, NEAR_ZOOM);
  };
  for (const field of [lat, lon, coord]) field.addEventListener("change", follow);
  void call("GET", "/api/v1/map/shapes").then(
    (found) => canvas.lay(found),
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
    const { lat, lon } = await call("GET", box.dataset.points ?? "");
    if (canvas.wasMoved || canvas.points.lat.length > 0) return;
    canvas.show({ lat, lon, states: [] });
  } catch {
    // the plain grid does as well
  }
}

/** @param {MapCanvas} canvas @param {{lat: number, lng: number} | null} place */
function mark(canvas, place) {
  canvas.wasMoved ||= place !== null;
  canvas.chosen = place ? 0 : -1;
  canvas.show(
    place
      ? { lat: [place.lat], lon: [place.lng], states: ["online"] }
      : { lat: [], lon: [], states: [] },
  );
}

wireEach("[data-place]", (/** @type {HTMLElement} */ box) => {
  const more = box.closest("details");
  // A map that isn't seen has no size.
  if (more && !more.open) more.addEventListener("toggle", () => placeByHand(box), { once: true });
  else placeByHand(box);
});
