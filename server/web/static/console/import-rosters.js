/** Shows what a table of rosters sets, or would set: a row for each line, or each row's problem. */
import { element, link } from "./elements.js";
import { worded } from "./filled.js";
import { showAnswer, table, wireImports } from "./import.js";

/** @typedef {{line: string, day: string, vehicles: number, left_out: number, replaces: string | null}} Roster */
/** @typedef {{line: string, first: string, last: string, days: number, least: number, most: number, left: number, replaced: number}} Sum */

/**
 * Rosters of many days as a row for each line.
 * @param {Roster[]} rosters
 * @returns {Sum[]}
 */
export function byLine(rosters) {
  /** @type {Map<string, Sum>} */
  const sums = new Map();
  for (const { line, day, vehicles, left_out, replaces } of rosters) {
    const sum = sums.get(line) ?? {
      line,
      first: day,
      last: day,
      days: 0,
      least: vehicles,
      most: vehicles,
      left: 0,
      replaced: 0,
    };
    if (day < sum.first) sum.first = day;
    if (day > sum.last) sum.last = day;
    sum.days += 1;
    sum.least = Math.min(sum.least, vehicles);
    sum.most = Math.max(sum.most, vehicles);
    sum.left = Math.max(sum.left, left_out);
    sum.replaced += replaces === null ? 0 : 1;
    sums.set(line, sum);
  }
  return [...sums.values()];
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} result
 * @param {any} found
 */
function report(form, result, found) {
  const texts = form.dataset;
  const bad = found.fault_count > 0;
  const sums = byLine(found.rosters);
  const text = bad ? worded(texts.faults, { n: found.fault_count }) : good(found, sums, texts);
  const see = found.applied ? link("/lines", texts.see ?? "") : null;
  const rest = bad ? faultsOf(found, texts) : found.applied ? [] : foreseen(sums, texts);
  showAnswer(result, { bad, text, see, rest });
}

/**
 * @param {any} found
 * @param {Sum[]} sums
 * @param {DOMStringMap} texts
 */
function good(found, sums, texts) {
  const { applied, rosters, vehicles } = found;
  const counts = { lines: sums.length, days: rosters.length, vehicles };
  return worded(applied ? texts.done : texts.good, counts);
}

/**
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function faultsOf(found, texts) {
  const rows = found.faults.map((/** @type {any} */ one) => [
    worded(texts.row, { n: one.row }),
    one.title,
    one.detail,
  ]);
  const parts = [table(JSON.parse(texts.faultHeads ?? "[]"), rows)];
  if (rows.length < found.fault_count)
    parts.push(element("div", "card-footer faint", worded(texts.more, { n: rows.length })));
  return parts;
}

/**
 * @param {Sum[]} sums
 * @param {DOMStringMap} texts
 */
function foreseen(sums, texts) {
  const rows = sums.map((sum) => cells(sum, texts));
  const parts = [table(JSON.parse(texts.heads ?? "[]"), rows)];
  if (sums.some((sum) => sum.left > 0))
    parts.unshift(element("div", "alert alert-warning mb-0", texts.left));
  return parts;
}

/**
 * @param {Sum} sum
 * @param {DOMStringMap} texts
 */
function cells(sum, texts) {
  const days = (/** @type {number} */ n) => worded(texts.days, { n });
  const vehicles = (/** @type {number | string} */ n) => worded(texts.vehicles, { n });
  const span = sum.first === sum.last ? sum.first : `${sum.first} – ${sum.last}`;
  return [
    sum.line,
    sum.days > 1 ? `${span}（${days(sum.days)}）` : span,
    vehicles(sum.least === sum.most ? sum.most : `${sum.least}–${sum.most}`),
    sum.left ? vehicles(sum.left) : "–",
    sum.replaced ? days(sum.replaced) : "–",
  ];
}

wireImports(report);
