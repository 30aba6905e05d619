/** Shows what a table of venues, lines, vehicles or screens does, or would do, row by row. */
import { filled, link, made, table, wireImports } from "./import.js";

/** @typedef {{row: number, name: string, tone: "bad" | "note" | "make" | "change", text: string}} Told */

const TONES = { bad: "bad", note: "wait", make: "good", change: "" };

/**
 * Problems, notes and changes of an answer, by row.
 * @param {any} found
 * @param {{blank: string, join: string, colon: string}} words
 * @returns {Told[]}
 */
export function rowsOf(found, words) {
  const say = (/** @type {any} */ one) => `${one.title}${words.colon}${one.detail}`;
  const bad = found.faults.map((/** @type {any} */ one) => told(one, "bad", say(one)));
  const notes = found.notes.map((/** @type {any} */ one) => told(one, "note", say(one)));
  const items = found.items.map((/** @type {any} */ one) =>
    told(one, one.act, one.changes.map(step).join(words.join)),
  );
  /** @param {any} one */
  function step(one) {
    return `${one.title}${words.colon}${one.before || words.blank} → ${one.after || words.blank}`;
  }
  return [...bad, ...notes, ...items].sort((one, other) => one.row - other.row);
}

/**
 * @param {any} one
 * @param {Told["tone"]} tone
 * @param {string} text
 * @returns {Told}
 */
function told(one, tone, text) {
  return { row: one.row, name: one.name, tone, text };
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} result
 * @param {any} found
 */
function tell(form, result, found) {
  const texts = form.dataset;
  const bad = found.fault_count > 0;
  const lead = made("div", `alert mb-0 ${bad ? "alert-danger" : "alert-success"}`, "");
  lead.textContent = sentence(found, texts);
  if (found.applied) lead.append(" ", link(texts.see ?? "/", texts.seeText ?? ""));
  const parts = [lead, ...warnings(found, texts)];
  const rows = found.applied ? [] : rowsOf(found, wordsOf(texts));
  if (rows.length) parts.push(...grid(rows, found, texts));
  result.replaceChildren(...parts);
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

/** @param {DOMStringMap} texts */
function wordsOf(texts) {
  return { blank: texts.blank ?? "", join: texts.join ?? "", colon: texts.colon ?? "" };
}

/**
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function sentence(found, texts) {
  if (found.fault_count > 0) return filled(texts.faults, found.fault_count);
  const nothing = found.made + found.changed === 0;
  const text = (found.applied ? texts.done : nothing ? texts.same : texts.good) ?? "";
  const counts = text
    .replace("{made}", found.made)
    .replace("{changed}", found.changed)
    .replace("{unchanged}", found.unchanged);
  const beside = [
    found.also.screens ? filled(texts.screens, found.also.screens) : "",
    found.also.lines ? filled(texts.lines, found.also.lines) : "",
  ];
  return [counts, ...beside.filter(Boolean)].join(" ");
}

/**
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function warnings(found, texts) {
  const said = [];
  if (found.unknown.length)
    said.push((texts.unknown ?? "").replace("{names}", () => found.unknown.join("、")));
  if (found.note_count && !found.applied) said.push(filled(texts.notes, found.note_count));
  return said.map((text) => made("div", "alert alert-warning mb-0", text));
}

/**
 * The rows, with a box to see problems alone where there are others too.
 * @param {Told[]} rows
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function grid(rows, found, texts) {
  const words = JSON.parse(texts.words ?? "{}");
  const cells = rows.map((one) => [
    String(one.row),
    one.name,
    made("span", `state ${TONES[one.tone]}`, words[one.tone]),
    one.text,
  ]);
  const box = table(JSON.parse(texts.heads ?? "[]"), cells);
  box.classList.add("import-rows");
  const lines = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("tbody tr")]);
  for (const [index, line] of lines.entries()) line.dataset.tone = rows[index].tone;
  const parts = [box];
  const problems = rows.filter((one) => one.tone === "bad" || one.tone === "note").length;
  if (problems && problems < rows.length) parts.unshift(onlyProblems(box, texts));
  if (isCut(found)) parts.push(made("div", "card-footer faint", filled(texts.more, rows.length)));
  return parts;
}

/** @param {any} found */
function isCut(found) {
  return (
    found.faults.length < found.fault_count ||
    found.notes.length < found.note_count ||
    found.items.length < found.made + found.changed
  );
}

/**
 * @param {HTMLElement} box
 * @param {DOMStringMap} texts
 */
function onlyProblems(box, texts) {
  const label = made("label", "form-check import-only", "");
  const tick = document.createElement("input");
  tick.type = "checkbox";
  tick.className = "form-check-input";
  label.append(tick, made("span", "form-check-label", texts.only ?? ""));
  const filter = () => {
    for (const line of box.querySelectorAll("tbody tr")) {
      const { tone } = /** @type {HTMLElement} */ (line).dataset;
      /** @type {HTMLElement} */ (line).hidden =
        tick.checked && (tone === "make" || tone === "change");
    }
  };
  tick.checked = true;
  tick.addEventListener("change", (event) => {
    event.stopPropagation();
    filter();
  });
  filter();
  return label;
}

if (typeof document !== "undefined") wireImports(tell);
