/** Shows what a table of venues, lines, vehicles or screens does, or would do, row by row. */
import { element, link } from "./elements.js";
import { worded } from "./filled.js";
import { showAnswer, table, wireImports } from "./import.js";
import { all } from "./on-page.js";

/** @typedef {{row: number, name: string, tone: "bad" | "note" | "make" | "change", text: string}} EntryRow */

const TONES = { bad: "bad", note: "wait", make: "good", change: "" };

/**
 * Problems, notes and changes of an answer, by row.
 * @param {any} found
 * @param {{blank: string, join: string, colon: string}} words
 * @returns {EntryRow[]}
 */
export function rowsOf(found, words) {
  const sentence = (/** @type {any} */ one) => `${one.title}${words.colon}${one.detail}`;
  const bad = found.faults.map((/** @type {any} */ one) => entryRow(one, "bad", sentence(one)));
  const notes = found.notes.map((/** @type {any} */ one) => entryRow(one, "note", sentence(one)));
  const items = found.items.map((/** @type {any} */ one) =>
    entryRow(one, one.act, one.changes.map(step).join(words.join)),
  );
  /** @param {any} one */
  function step(one) {
    return `${one.title}${words.colon}${one.before || words.blank} → ${one.after || words.blank}`;
  }
  return [...bad, ...notes, ...items].sort((one, other) => one.row - other.row);
}

/**
 * @param {any} one
 * @param {EntryRow["tone"]} tone
 * @param {string} text
 * @returns {EntryRow}
 */
function entryRow(one, tone, text) {
  return { row: one.row, name: one.name, tone, text };
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} result
 * @param {any} found
 */
function report(form, result, found) {
  const texts = form.dataset;
  const bad = found.fault_count > 0;
  const see = found.applied ? link(texts.see ?? "/", texts.seeText ?? "") : null;
  /** @type {Node[]} */
  const rest = warnings(found, texts);
  const rows = found.applied ? [] : rowsOf(found, wordsOf(texts));
  if (rows.length) rest.push(...grid(rows, found, texts));
  showAnswer(result, { bad, text: sentence(found, texts), see, rest });
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
  const { fault_count, applied, made, changed, unchanged, also } = found;
  if (fault_count > 0) return worded(texts.faults, { n: fault_count });
  const text = applied ? texts.done : made + changed === 0 ? texts.same : texts.good;
  const counts = worded(text, { made, changed, unchanged });
  const beside = [
    also.screens ? worded(texts.screens, { n: also.screens }) : "",
    also.lines ? worded(texts.lines, { n: also.lines }) : "",
  ];
  return [counts, ...beside.filter(Boolean)].join(" ");
}

/**
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function warnings(found, texts) {
  const notices = [];
  if (found.unknown.length)
    notices.push(worded(texts.unknown, { names: found.unknown.join("、") }));
  if (found.note_count && !found.applied)
    notices.push(worded(texts.notes, { n: found.note_count }));
  return notices.map((text) => element("div", "alert alert-warning mb-0", text));
}

/**
 * The rows, with a box to see problems alone where there are others too.
 * @param {EntryRow[]} rows
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function grid(rows, found, texts) {
  const words = JSON.parse(texts.words ?? "{}");
  const cells = rows.map((one) => [
    String(one.row),
    one.name,
    element("span", `state ${TONES[one.tone]}`, words[one.tone]),
    one.text,
  ]);
  const box = table(JSON.parse(texts.heads ?? "[]"), cells);
  box.classList.add("import-rows");
  for (const [index, line] of all(box, "tbody tr").entries()) line.dataset.tone = rows[index].tone;
  /** @type {HTMLElement[]} */
  const parts = [box];
  const problems = rows.filter((one) => one.tone === "bad" || one.tone === "note").length;
  if (problems && problems < rows.length) parts.unshift(onlyProblems(box, texts));
  const more = worded(texts.more, { n: rows.length });
  if (isCut(found)) parts.push(element("div", "card-footer faint", more));
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
  const label = element("label", "form-check import-only");
  const tick = element("input", "form-check-input");
  tick.type = "checkbox";
  label.append(tick, element("span", "form-check-label", texts.only));
  const filter = () => {
    for (const line of all(box, "tbody tr"))
      line.hidden = tick.checked && ["make", "change"].includes(line.dataset.tone ?? "");
  };
  tick.checked = true;
  tick.addEventListener("change", (event) => {
    event.stopPropagation();
    filter();
  });
  filter();
  return label;
}

wireImports(report);
