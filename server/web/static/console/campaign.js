/**
 * The campaign form: how often, shown at once; and what the hour looks like after a check.
 */
import { call, Problem } from "./api.js";

/** @param {HTMLElement} box element with data-check (the campaign's id) */
async function showCheck(box) {
  const id = /** @type {string} */ (box.dataset.check);
  box.setAttribute("aria-busy", "true");
  try {
    render(box, await call("POST", `/api/v1/campaigns/${id}/check`));
  } catch (error) {
    box.textContent = error instanceof Problem ? error.message : String(error);
  }
  box.setAttribute("aria-busy", "false");
}

/**
 * @param {HTMLElement} box
 * @param {{groups: any[], tightest: number | null, typical: number | null}} check
 */
function render(box, check) {
  const texts = box.dataset;
  box.replaceChildren();
  if (check.groups.length === 0) {
    box.textContent = texts.none ?? "";
    return;
  }
  const wanted = [...new Set([check.tightest ?? 0, check.typical ?? 0])];
  for (const index of wanted) {
    const title = index === check.tightest ? texts.tightest : texts.typical;
    box.append(describe(check.groups[index], title ?? "", texts));
  }
}

/**
 * @param {any} group
 * @param {string} title
 * @param {DOMStringMap} texts
 */
function describe(group, title, texts) {
  const part = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = `${title} · ${group.screens} ${texts.screens}`;
  heading.className = "h4 mt-3";
  const facts = document.createElement("dl");
  facts.className = "facts";
  addFact(facts, texts.plays, round(group.plays_per_hour));
  addFact(facts, texts.wait, `${round(group.longest_wait_s)} ${texts.seconds}`);
  if (typeof group.dwell_reach === "number")
    addFact(facts, texts.reach, `${round(group.dwell_reach * 100)} %`);
  for (const row of group.gave_way ?? [])
    addFact(facts, texts.gave, `${row.name ?? row.item ?? ""} ${row.asked} → ${row.given}`);
  for (const row of group.refused ?? []) addFact(facts, texts.refused, row.detail ?? row.code);
  part.append(heading, hourLine(group.hour, texts), facts);
  return part;
}

/**
 * The hour as a line of coloured slots.
 * @param {{period_s: number, slots: any[]} | null} hour
 * @param {DOMStringMap} texts
 */
function hourLine(hour, texts) {
  const line = document.createElement("div");
  line.className = "hour-line";
  line.setAttribute("role", "img");
  line.setAttribute("aria-label", texts.hour ?? "");
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  const period = hour?.period_s ?? 3600;
  svg.setAttribute("viewBox", `0 0 ${period} 10`);
  svg.setAttribute("preserveAspectRatio", "none");
  for (const slot of hour?.slots ?? []) {
    const rect = document.createElementNS(ns, "rect");
    rect.setAttribute("x", String(slot.at_s));
    rect.setAttribute("width", String(slot.duration_s));
    rect.setAttribute("height", "10");
    rect.setAttribute("fill", slot.this ? "#1456b8" : slot.campaign ? "#8fb4ea" : "#dfe6f0");
    svg.append(rect);
  }
  line.append(svg);
  return line;
}

/**
 * @param {HTMLElement} list
 * @param {string | undefined} term
 * @param {string} text
 */
function addFact(list, term, text) {
  const dt = document.createElement("dt");
  const dd = document.createElement("dd");
  dt.textContent = term ?? "";
  dd.textContent = text;
  list.append(dt, dd);
}

/** @param {unknown} value */
function round(value) {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : "–";
}

/** Keeps the slider and the number field of the target together. */
function joinSlider() {
  const slider = document.querySelector("[data-target-slider]");
  const field = document.querySelector('[name="target.value"]');
  if (!(slider instanceof HTMLInputElement) || !(field instanceof HTMLInputElement)) return;
  slider.addEventListener("input", () => {
    field.value = slider.value;
  });
  field.addEventListener("input", () => {
    slider.value = field.value;
  });
}

joinSlider();
for (const box of document.querySelectorAll("[data-check]"))
  void showCheck(/** @type {HTMLElement} */ (box));
