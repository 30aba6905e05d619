/**
 * Drawings over hours that a person reads off: a figure with `data-series` (its points as JSON, by
 * seconds since 1970) gets a cursor with the figures of each hour, and a stretch that is marked is
 * shown larger (a double click shows all). The library comes once the figure is in sight; until
 * then, on paper and without scripts there is the server's own drawing.
 */
import { zoneOfPage } from "./district-time.js";

/**
 * @typedef {{name: string, colour: string, values: (number | null)[], filled: boolean}} Line
 * @typedef {{at: number[], lines: Line[]}} Series
 */

const LEAST_PX = 120;

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries)
    if (isIntersecting) {
      seen.unobserve(target);
      void draw(/** @type {HTMLElement} */ (target));
    }
});
for (const figure of document.querySelectorAll("[data-series]")) seen.observe(figure);

/** @param {HTMLElement} figure */
async function draw(figure) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-time-axis]"));
  const { default: Plot } = await import("../vendor/uplot.js");
  /** @type {Series} */
  const series = JSON.parse(figure.dataset.series ?? "");
  const zone = zoneOfPage();
  place.dataset.drawn = "";
  let plot = made();
  new ResizeObserver(() => plot.setSize(sizeIn(place))).observe(place);
  // Colours are those of the scheme at the time.
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot.destroy();
    plot = made();
  });

  function made() {
    // @ts-expect-error -- its types aren't vendored
    const drawing = new Plot(
      options(Plot, sizeIn(place), figure.dataset.hour ?? "", series.lines, zone),
      [series.at, ...series.lines.map(({ values }) => values)],
      place,
    );
    drawing.setSize(sizeIn(place));
    return drawing;
  }
}

/**
 * The room that the style sheet keeps, without the legend, whose lines depend on the width.
 * @param {HTMLElement} place
 */
function sizeIn(place) {
  const room = parseFloat(window.getComputedStyle(place).minHeight);
  const legend = place.querySelector(".u-legend")?.getBoundingClientRect().height ?? 0;
  return { width: place.clientWidth, height: Math.max(LEAST_PX, Math.floor(room - legend)) };
}

/**
 * @param {any} Plot
 * @param {{width: number, height: number}} size
 * @param {string} hour its name
 * @param {Line[]} lines
 * @param {string} zone
 */
function options(Plot, size, hour, lines, zone) {
  const clock = (/** @type {number} */ at) => shortly(Plot.tzDate(new Date(at * 1000), zone));
  const line = {
    paths: Plot.paths.stepped({ align: 1 }),
    points: { show: false },
    value: (/** @type {unknown} */ _, /** @type {number | null} */ count) => counted(count),
  };
  return {
    ...size,
    tzDate: (/** @type {number} */ at) => Plot.tzDate(new Date(at * 1000), zone),
    cursor: { drag: { x: true, y: false } },
    series: [
      {
        label: hour,
        value: (/** @type {unknown} */ _, /** @type {number | null} */ at) =>
          at === null ? "–" : clock(at),
      },
      ...lines.map((one) => {
        const stroke = colour(one.colour);
        const fill = one.filled ? { fill: `${stroke}66`, width: 1 } : { width: 1.5 };
        return { ...line, ...fill, label: one.name, stroke };
      }),
    ],
    axes: [
      { ...axis((at) => briefly(Plot.tzDate(new Date(at * 1000), zone))), space: 64 },
      { ...axis(counted), size: 60 },
    ],
  };
}

/** @param {(value: number) => string} text */
function axis(text) {
  return {
    stroke: colour("--faint"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    values: (/** @type {unknown} */ _, /** @type {number[]} */ all) => all.map(text),
  };
}

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @param {number | null} count */
function counted(count) {
  return count === null ? "–" : count.toLocaleString();
}

/** @param {Date} day as the district's clock has it */
function shortly(day) {
  return `${day.getMonth() + 1}-${day.getDate()} ${String(day.getHours()).padStart(2, "0")}:00`;
}

/** @param {Date} day where there is little room: the date at midnight, else the hour */
function briefly(day) {
  return shortly(day).split(" ")[day.getHours() === 0 ? 0 : 1];
}
