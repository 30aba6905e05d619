/**
 * The campaign pages: a picture of the hour, for a saved campaign and, while the form is
 * filled in, for its present content.
 */

import { afterPause } from "./after-pause.js";
import { call, Problem } from "./api.js";
import { choosesNothing } from "./choice.js";
import { element } from "./elements.js";
import { filled } from "./filled.js";
import { readForm } from "./form-json.js";
import { drawHour, inOneLine } from "./hour.js";
import { wireEach } from "./on-page.js";
import "./where.js";

const PAUSE_MS = 30;

/** How far the slider goes and in which steps, for each kind of target, and what is counted. */
const RANGES = {
  plays_per_hour: { min: 1, max: 120, step: 1, of: "plays" },
  plays_per_day: { min: 1, max: 600, step: 1, of: "plays" },
  share_of_voice: { min: 1, max: 100, step: 1, of: "share" },
  longest_wait_s: { min: 30, max: 3600, step: 30, of: "seconds" },
  total_plays: { min: 100, max: 100000, step: 100, of: "plays" },
};
const USUAL_SHARE = "10";

/**
 * Draws what a check answers, or shows why there is none.
 * @param {HTMLElement} box
 * @param {() => Promise<any>} ask
 */
async function show(box, ask) {
  box.setAttribute("aria-busy", "true");
  box.classList.add("busy");
  if (!box.hasChildNodes()) box.append(element("p", "faint mb-0", box.dataset.waitText ?? ""));
  try {
    drawHour(box, await ask());
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem({ detail: String(error) });
    const lines = new Set([problem.message, ...problem.errors.map((wrong) => wrong.detail)]);
    box.replaceChildren(element("div", "alert alert-warning mb-0", [...lines].join(" ")));
  }
  box.classList.remove("busy");
  box.setAttribute("aria-busy", "false");
}

/** @param {HTMLFormElement} form */
function checkWhileFilling(form) {
  const box = /** @type {HTMLElement} */ (form.querySelector("[data-hour]"));
  const line = /** @type {HTMLElement} */ (form.querySelector("[data-hour-line]"));
  const refresh = oneAtATime(() =>
    show(box, async () => {
      const body = bodyOf(form);
      if (!body.playlist_id && !body.items)
        throw new Problem({ detail: box.dataset.noContent ?? "" });
      if (choosesNothing(body.selector)) {
        line.textContent = "";
        throw new Problem({ detail: box.dataset.unchosen ?? "" });
      }
      const { kind, value } = /** @type {{kind: string, value?: number}} */ (body.target);
      box.dataset.perDay = kind === "plays_per_day" ? String(value ?? "") : "";
      const answer = await call("POST", "/api/v1/campaigns/check", body);
      line.textContent = inOneLine(answer, box.dataset);
      return answer;
    }),
  );
  form.addEventListener("input", afterPause(refresh, PAUSE_MS));
  joinSlider(form);
  refresh();
}

/**
 * The present form, with substitutes for what isn't filled in yet.
 * @param {HTMLFormElement} form
 * @returns {Record<string, unknown>}
 */
function bodyOf(form) {
  const name = /** @type {HTMLInputElement} */ (form.querySelector('[name="name"]'));
  /** @type {Record<string, unknown>} */
  const body = { ...readForm(form), brief: true };
  body.baseline = undefined; // has no part in the hour, and is wrong until all of it is typed
  body.in_place_of = form.dataset.campaign || undefined;
  if (!body.name) body.name = name.labels?.[0]?.textContent ?? "?";
  if (!body.ends_on) body.ends_on = body.starts_on;
  return body;
}

/**
 * While one question is out, of those that come meanwhile only the last is asked.
 * @param {() => Promise<void>} ask
 */
export function oneAtATime(ask) {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await ask();
    }
    busy = false;
  };
}

/**
 * Keeps the slider, the number and the kind of target together.
 * @param {HTMLFormElement} form
 */
function joinSlider(form) {
  const slider = /** @type {HTMLInputElement} */ (form.querySelector("[data-target-slider]"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector('[name="target.value"]'));
  const kind = /** @type {HTMLSelectElement} */ (form.querySelector('[name="target.kind"]'));
  let fitted = kind.value;
  const [label] = field.labels ?? [];
  const fit = () => {
    const range = RANGES[/** @type {keyof typeof RANGES} */ (kind.value)];
    field.disabled = slider.disabled = !range;
    if (range) {
      Object.assign(slider, { min: range.min, max: range.max, step: range.step });
      field.dataset.as = range.of === "share" ? "percent" : "number";
      if (label) label.textContent = field.dataset[range.of] ?? "";
    }
    slider.value = field.value;
    fitted = kind.value;
  };
  slider.addEventListener("input", () => {
    field.value = slider.value;
  });
  field.addEventListener("input", () => {
    slider.value = field.value;
  });
  kind.addEventListener("input", () => {
    const range = RANGES[/** @type {keyof typeof RANGES} */ (kind.value)];
    const value = Number(field.value);
    if (range && (value < range.min || value > range.max)) field.value = String(range.min * 12);
    if (kind.value === "share_of_voice" && fitted !== kind.value) field.value = USUAL_SHARE;
    fit();
  });
  // What was kept of a draft comes back with its number, which is kept as it is.
  form.addEventListener("restored", fit);
  fit();
}

/** @param {{screens: number}[]} groups that the campaign reaches now */
function showScreens(groups) {
  const link = document.querySelector("[data-screens]");
  if (!(link instanceof HTMLElement)) return;
  const screens = groups.reduce((sum, group) => sum + group.screens, 0);
  link.textContent = filled(link.dataset.text, { n: screens });
}

/** @param {HTMLElement} place */
function checkSaved(place) {
  const box = /** @type {HTMLElement} */ (place.querySelector("[data-hour]"));
  void show(box, async () => {
    const answer = await call("POST", `/api/v1/campaigns/${place.dataset.check}/check`);
    showScreens(answer.groups);
    return answer;
  });
}

wireEach("[data-check]", checkSaved);
wireEach("form[data-campaign]", checkWhileFilling);
