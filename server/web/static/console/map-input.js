/**
 * Moves a map by mouse, touch and keyboard: drag, wheel, two fingers, arrows, + and -, 0 for all.
 */
import { panned, zoomed } from "./map-view.js";

const STEP = 80;
const CLICK_REACH = 6;
const WHEEL_LEVEL = 240;

/**
 * @typedef {import("./map-view.js").View} View
 * @typedef {{view: () => View, move: (view: View) => void, fit: () => void,
 *   click: (px: number, py: number) => void, key?: (event: KeyboardEvent) => boolean}} Moved
 */

/** @param {HTMLCanvasElement} canvas @param {Moved} map */
export function moveByHand(canvas, map) {
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let begun = { x: 0, y: 0, moved: false };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (fingers.size === 1) begun = { x: event.offsetX, y: event.offsetY, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.offsetX, y: event.offsetY };
    const far = Math.hypot(now.x - begun.x, now.y - begun.y) > CLICK_REACH;
    if (far || fingers.size > 1) begun.moved = true;
    if (!begun.moved) return;
    const others = [...fingers].filter(([id]) => id !== event.pointerId);
    fingers.set(event.pointerId, now);
    const other = others[0]?.[1];
    map.move(other ? pinched(map.view(), before, now, other) : dragged(map.view(), before, now));
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"]))
    canvas.addEventListener(name, (event) => {
      const was = fingers.delete(event.pointerId);
      if (was && name === "pointerup" && !begun.moved) map.click(event.offsetX, event.offsetY);
    });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      map.move(zoomed(map.view(), -event.deltaY / WHEEL_LEVEL, event.offsetX, event.offsetY));
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => onKey(event, map));
}

/** @param {KeyboardEvent} event @param {Moved} map */
function onKey(event, map) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = stepOf(event.key);
  if (by) map.move(panned(map.view(), by[0] * STEP, by[1] * STEP));
  else if (event.key === "+" || event.key === "=") map.move(zoomed(map.view(), 1));
  else if (event.key === "-") map.move(zoomed(map.view(), -1));
  else if (event.key === "0" || event.key === "Home") map.fit();
  else if (!map.key?.(event)) return;
  event.preventDefault();
}

/** @param {string} key @returns {[number, number] | undefined} */
function stepOf(key) {
  /** @type {Record<string, [number, number]>} */
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  return steps[key];
}

/** @typedef {{x: number, y: number}} Finger */

/** @param {View} view @param {Finger} before @param {Finger} now */
function dragged(view, before, now) {
  return panned(view, before.x - now.x, before.y - now.y);
}

/**
 * Two fingers: the map goes with their middle and grows with their distance.
 * @param {View} view @param {Finger} before @param {Finger} now @param {Finger} other
 */
export function pinched(view, before, now, other) {
  const was = Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
  const is = Math.max(1, Math.hypot(now.x - other.x, now.y - other.y));
  const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
  const moved = panned(view, (before.x - now.x) / 2, (before.y - now.y) / 2);
  return zoomed(moved, Math.log2(is / was), middle.x, middle.y);
}
