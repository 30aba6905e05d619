/**
 * Imports a table in two steps: it is checked, with each row's problem or what would be set, and
 * then the same file is imported. What has changed between the two is refused by the API.
 */
import { csrfToken, Problem } from "./api.js";
import { clear, setBusy, show } from "./api-form.js";

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

/** @param {HTMLFormElement} form */
function wire(form) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector('[type="file"]'));
  const check = /** @type {HTMLElement} */ (form.querySelector("[data-check]"));
  const apply = /** @type {HTMLElement} */ (form.querySelector("[data-apply]"));
  const result = /** @type {HTMLElement} */ (document.querySelector("[data-import-result]"));
  let tag = "";
  const forget = () => {
    tag = "";
    result.hidden = true;
    apply.hidden = true;
    check.hidden = false;
    clear(form);
  };
  field.addEventListener("change", forget);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    forget();
    const found = await send(form, field, true, "");
    if (!found) return;
    tag = found.tag;
    tell(form, result, found.body);
    apply.hidden = found.body.fault_count > 0;
    check.hidden = found.body.fault_count === 0;
    if (!apply.hidden) apply.focus();
  });
  apply.addEventListener("click", async () => {
    const found = await send(form, field, false, tag);
    if (!found) return;
    apply.hidden = true;
    check.hidden = false;
    form.reset();
    tell(form, result, found.body);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} field
 * @param {boolean} dry
 * @param {string} tag
 * @returns {Promise<{body: any, tag: string} | null>}
 */
async function send(form, field, dry, tag) {
  const said = /** @type {HTMLElement} */ (form.querySelector("[data-busy]"));
  clear(form);
  setBusy(form, true);
  said.textContent = (dry ? form.dataset.checking : form.dataset.importing) ?? "";
  try {
    return await post(form, /** @type {File} */ (field.files?.[0]), dry, tag);
  } catch (error) {
    show(
      form,
      error instanceof Problem ? withoutRows(error) : new Problem({ detail: form.dataset.changed }),
    );
    return null;
  } finally {
    setBusy(form, false);
    said.textContent = "";
  }
}

/** Rows that became wrong since the check are looked at by checking once more. @param {Problem} error */
function withoutRows(error) {
  const errors = error.errors.filter((one) => !one.pointer.startsWith("/rows/"));
  return new Problem({ detail: error.message, code: error.code, errors });
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {boolean} dry
 * @param {string} tag
 */
async function post(form, file, dry, tag) {
  const body = new FormData();
  body.append("file", file);
  /** @type {Record<string, string>} */
  const headers = { "X-CSRF-Token": csrfToken() };
  if (tag) headers["If-Match"] = tag;
  const path = `${form.dataset.import}?dry_run=${dry}`;
  const response = await fetch(path, { method: "POST", headers, body });
  const answer = await response.json().catch(() => ({ title: response.statusText }));
  if (!response.ok) throw new Problem(answer);
  return { body: answer, tag: response.headers.get("ETag") ?? "" };
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} result
 * @param {any} found
 */
function tell(form, result, found) {
  const texts = form.dataset;
  const bad = found.fault_count > 0;
  const sums = byLine(found.rosters);
  const lead = made("div", `alert mb-0 ${bad ? "alert-danger" : "alert-success"}`, "");
  lead.textContent = bad ? filled(texts.faults, found.fault_count) : good(found, sums, texts);
  if (found.applied) lead.append(" ", link("/lines", texts.see ?? ""));
  const rest = bad ? faultsOf(found, texts) : found.applied ? [] : foreseen(sums, texts);
  result.replaceChildren(lead, ...rest);
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

/**
 * @param {string | undefined} text
 * @param {number | string} n
 */
function filled(text, n) {
  return text?.replace("{n}", String(n)) ?? "";
}

/**
 * @param {any} found
 * @param {Sum[]} sums
 * @param {DOMStringMap} texts
 */
function good(found, sums, texts) {
  const text = (found.applied ? texts.done : texts.good) ?? "";
  return text
    .replace("{lines}", String(sums.length))
    .replace("{days}", String(found.rosters.length))
    .replace("{vehicles}", String(found.vehicles));
}

/**
 * @param {any} found
 * @param {DOMStringMap} texts
 */
function faultsOf(found, texts) {
  const rows = found.faults.map((/** @type {any} */ one) => [
    filled(texts.row, one.row),
    one.title,
    one.detail,
  ]);
  const parts = [table(JSON.parse(texts.faultHeads ?? "[]"), rows)];
  if (rows.length < found.fault_count)
    parts.push(made("div", "card-footer faint", filled(texts.more, rows.length)));
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
    parts.unshift(made("div", "alert alert-warning mb-0", texts.left ?? ""));
  return parts;
}

/**
 * @param {Sum} sum
 * @param {DOMStringMap} texts
 */
function cells(sum, texts) {
  const days = (/** @type {number} */ n) => filled(texts.days, n);
  const vehicles = (/** @type {number | string} */ n) => filled(texts.vehicles, n);
  const span = sum.first === sum.last ? sum.first : `${sum.first} – ${sum.last}`;
  return [
    sum.line,
    sum.days > 1 ? `${span}（${days(sum.days)}）` : span,
    vehicles(sum.least === sum.most ? sum.most : `${sum.least}–${sum.most}`),
    sum.left ? vehicles(sum.left) : "–",
    sum.replaced ? days(sum.replaced) : "–",
  ];
}

/**
 * @param {string[]} heads
 * @param {string[][]} rows
 */
function table(heads, rows) {
  const grid = made("table", "table", "");
  const head = document.createElement("tr");
  head.append(...heads.map((text) => made("th", "", text)));
  const top = document.createElement("thead");
  top.append(head);
  const body = document.createElement("tbody");
  for (const row of rows) {
    const line = document.createElement("tr");
    line.append(...row.map((text, place) => made("td", place < 2 ? "time" : "", text)));
    body.append(line);
  }
  grid.append(top, body);
  const box = made("div", "scroll", "");
  box.append(grid);
  return box;
}

/**
 * @param {string} name
 * @param {string} look
 * @param {string} text
 */
function made(name, look, text) {
  const one = document.createElement(name);
  if (look) one.className = look;
  if (text) one.textContent = text;
  return one;
}

/**
 * @param {string} href
 * @param {string} text
 */
function link(href, text) {
  const one = document.createElement("a");
  one.href = href;
  one.textContent = text;
  return one;
}

if (typeof document !== "undefined")
  for (const form of document.querySelectorAll("form[data-import]"))
    wire(/** @type {HTMLFormElement} */ (form));
