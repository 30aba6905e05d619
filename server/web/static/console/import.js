/**
 * Imports a table in two steps: it is checked, with each row's problem or what would be set, and
 * then the same file is imported. What has changed between the two is refused by the API.
 */
import { csrfToken, Problem } from "./api.js";
import { clear, setBusy, show } from "./api-form.js";
import { element, link } from "./elements.js";
import { sendBy, wireEach } from "./on-page.js";

/** @typedef {(form: HTMLFormElement, result: HTMLElement, found: any) => void} Report */

/**
 * Wires the forms of the page; `report` shows what a check or an import has answered.
 * @param {Report} report
 */
export function wireImports(report) {
  wireEach("form[data-import]", (/** @type {HTMLFormElement} */ form) => wire(form, report));
}

/**
 * @param {HTMLFormElement} form
 * @param {Report} report
 */
function wire(form, report) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector('[type="file"]'));
  const check = /** @type {HTMLButtonElement} */ (form.querySelector("[data-check]"));
  const apply = /** @type {HTMLElement} */ (form.querySelector("[data-apply]"));
  const marked = /** @type {HTMLElement | null} */ (form.querySelector("[data-problems]"));
  const result = /** @type {HTMLElement} */ (document.querySelector("[data-import-result]"));
  let tag = "";
  const forget = () => {
    tag = "";
    result.hidden = true;
    apply.hidden = true;
    check.hidden = false;
    if (marked) marked.hidden = true;
    clear(form);
  };
  form.addEventListener("change", forget);
  sendBy(form, async () => {
    forget();
    const found = await send(form, field, true, "");
    if (!found) return;
    tag = found.tag;
    report(form, result, found.body);
    apply.hidden = found.body.fault_count > 0 || !doesSomething(found.body);
    check.hidden = !apply.hidden;
    if (marked) marked.hidden = found.body.fault_count === 0;
    if (!apply.hidden) apply.focus();
  });
  apply.addEventListener("click", async () => {
    const found = await send(form, field, false, tag);
    if (!found) return;
    apply.hidden = true;
    check.hidden = false;
    field.value = "";
    report(form, result, found.body);
  });
  marked?.addEventListener("click", () => keepMarked(form, field, marked));
  // Until now a browser would have sent the form by itself.
  check.disabled = false;
}

/** A table of rows may hold nothing but what is there already. @param {any} found */
function doesSomething(found) {
  return found.made === undefined || found.made + found.changed > 0;
}

/**
 * The same table with what is wrong beside each row, to be mended in a spreadsheet.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} field
 * @param {HTMLElement} button
 */
async function keepMarked(form, field, button) {
  clear(form);
  setBusy(form, true);
  try {
    const path = `${form.dataset.import}/${button.dataset.problems}?${asked(form)}`;
    const response = await fetch(path, {
      method: "POST",
      headers: { "X-CSRF-Token": csrfToken() },
      body: bodyOf(/** @type {File} */ (field.files?.[0])),
    });
    if (!response.ok) throw new Problem(await response.json());
    const address = URL.createObjectURL(await response.blob());
    const anchor = link(address, "");
    anchor.download =
      /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ??
      "problems.xlsx";
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    show(form, error instanceof Problem ? error : new Problem({ detail: form.dataset.changed }));
  } finally {
    setBusy(form, false);
  }
}

/** What the form's other fields ask for. @param {HTMLFormElement} form */
function asked(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form))
    if (typeof value === "string" && name !== "csrf_token") query.set(name, value);
  return query;
}

/** @param {File} file */
function bodyOf(file) {
  const body = new FormData();
  body.append("file", file);
  return body;
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} field
 * @param {boolean} dry
 * @param {string} tag
 * @returns {Promise<{body: any, tag: string} | null>}
 */
async function send(form, field, dry, tag) {
  const status = /** @type {HTMLElement} */ (form.querySelector("[data-busy]"));
  clear(form);
  setBusy(form, true);
  status.textContent = (dry ? form.dataset.checking : form.dataset.importing) ?? "";
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
    status.textContent = "";
  }
}

/** Rows that became wrong since the check are shown by another check. @param {Problem} error */
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
  /** @type {Record<string, string>} */
  const headers = { "X-CSRF-Token": csrfToken() };
  if (tag) headers["If-Match"] = tag;
  const query = asked(form);
  query.set("dry_run", String(dry));
  const path = `${form.dataset.import}?${query}`;
  const response = await fetch(path, { method: "POST", headers, body: bodyOf(file) });
  const answer = await response.json().catch(() => ({ title: response.statusText }));
  if (!response.ok) throw new Problem(answer);
  return { body: answer, tag: response.headers.get("ETag") ?? "" };
}

/**
 * Shows what a check or an import has answered: in a sentence, with a link where it can be seen.
 * @param {HTMLElement} result
 * @param {{bad: boolean, text: string, see: HTMLAnchorElement | null, rest: Node[]}} status
 */
export function showAnswer(result, { bad, text, see, rest }) {
  const lead = element("div", `alert mb-0 ${bad ? "alert-danger" : "alert-success"}`, text);
  if (see) lead.append(" ", see);
  result.replaceChildren(lead, ...rest);
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

/**
 * @param {string[]} heads
 * @param {(string | Node)[][]} rows
 */
export function table(heads, rows) {
  const grid = element("table", "table");
  const head = grid.createTHead().insertRow();
  head.append(...heads.map((text) => element("th", "", text)));
  const body = grid.createTBody();
  for (const row of rows) body.insertRow().append(...row.map(cellOf));
  const box = element("div", "scroll");
  box.append(grid);
  return box;
}

/**
 * @param {string | Node} cell
 * @param {number} place
 */
function cellOf(cell, place) {
  const one = element("td", place < 2 ? "time" : "");
  one.append(cell);
  return one;
}
