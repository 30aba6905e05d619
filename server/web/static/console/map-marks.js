/**
 * The marks on the map's canvas: venues and clusters of them, and the degrees of the plain grid.
 * Each state has a form of its own, so that nobody needs to distinguish colours.
 *
 * @typedef {Record<"ink"|"faint"|"line"|"good"|"bad"|"wait"|"none"|"blue"|"surface", string>
 *   & {heat: string[]}} Colours
 * @typedef {(pen: CanvasRenderingContext2D, x: number, y: number) => void} Draw
 */

const SIZE = 8;
const SHADES = 6;
const NAMES = /** @type {const} */ ({
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
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const plain = Object.entries(NAMES).map(([key, name]) => [key, colour(name)]);
  const heat = Array.from({ length: SHADES }, (_, shade) => colour(`--heat-${shade}`));
  return /** @type {Colours} */ ({ ...Object.fromEntries(plain), heat });
}

/**
 * The shade of a rate: how many of the limits it reaches; -1 where nothing was due.
 * @param {number} confirmed @param {number} due @param {number[]} limits
 */
export function shadeOf(confirmed, due, limits) {
  return due > 0 ? limits.filter((limit) => confirmed / due >= limit).length : -1;
}

/**
 * One venue by its rate: the worst are squares, those between triangles, the best disks, and what
 * had nothing to play is a hollow diamond.
 * @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} shade
 * @param {Colours} colours
 */
export function drawRate(pen, x, y, shade, colours) {
  const r = SIZE;
  pen.beginPath();
  if (shade < 0) corners(pen, [x, y - r], [x + r, y], [x, y + r], [x - r, y]);
  else if (shade < 2) pen.rect(x - r, y - r, 2 * r, 2 * r);
  else if (shade < 4) corners(pen, [x, y - r], [x + r, y + r], [x - r, y + r]);
  else pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.fillStyle = colours.heat[shade] ?? colours.surface;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = shade < 0 ? colours.none : colours.ink;
  pen.stroke();
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

/** @param {CanvasRenderingContext2D} pen @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function stroke(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number][]} places */
function corners(pen, ...places) {
  for (const [index, [x, y]] of places.entries()) {
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.closePath();
}

/**
 * How many venues are here, and of how many a screen is dark.
 * @param {{count: number, dark: number, online: number}} what @param {Colours} colours
 * @returns {Draw}
 */
export function clusterDraw({ count, dark, online }, colours) {
  return (pen, x, y) => {
    const radius = radiusOf(count);
    disk(pen, x, y, radius, 1, online > 0 ? colours.good : colours.none, 3);
    pen.fillStyle = colours.surface;
    pen.fill();
    if (dark > 0) disk(pen, x, y, radius, dark / count, colours.bad, 6);
    text(pen, String(count), x, dark > 0 ? y - 6 : y, "bold 12px sans-serif", colours.ink);
    if (dark > 0) text(pen, `✕${dark}`, x, y + 8, "bold 11px sans-serif", colours.bad);
  };
}

/**
 * How many venues are here, and the rate of all their plays.
 * @param {{count: number, confirmed: number, due: number}} what @param {number} shade
 * @param {Colours} colours @returns {Draw}
 */
export function clusterRate({ count, confirmed, due }, shade, colours) {
  return (pen, x, y) => {
    const radius = radiusOf(count) + 3;
    disk(pen, x, y, radius, 1, colours.ink, 8);
    pen.fillStyle = colours.surface;
    pen.fill();
    disk(pen, x, y, radius, 1, colours.heat[shade] ?? colours.surface, 6);
    text(pen, String(count), x, due > 0 ? y - 6 : y, "bold 12px sans-serif", colours.ink);
    const rate = Math.floor((100 * confirmed) / due);
    if (due > 0) text(pen, `${rate}%`, x, y + 7, "11px sans-serif", colours.ink);
  };
}

/** @param {number} count */
export function radiusOf(count) {
  return count > 1 ? 13 + Math.min(13, 3 * Math.log2(count)) : SIZE + 2;
}

/** A degree of the grid at the edge of the map. @param {string} degree @param {Colours} colours @returns {Draw} */
export function degreeDraw(degree, colours) {
  return (pen, x, y) => text(pen, degree, x + 24, y + 9, "11px sans-serif", colours.faint);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {number} share @param {string} colour @param {number} width */
function disk(pen, x, y, radius, share, colour, width) {
  pen.beginPath();
  pen.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * share);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {string} words @param {number} x @param {number} y @param {string} font @param {string} colour */
function text(pen, words, x, y, font, colour) {
  pen.fillStyle = colour;
  pen.font = font;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(words, x, y);
}
