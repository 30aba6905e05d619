/**
 * Forms and buttons with `data-api="POST /api/v1/..."` go to the JSON API. What was typed stays
 * where it is when the API refuses; each wrong value is named beside its field. `data-then` is
 * the page to go to, where `{id}` is the new object's id; without it the page reloads.
 * With `data-undo` what a PATCH changes can be put back from the words at the foot.
 * `data-match` is the tag of what the page shows: what has changed since is refused. With
 * `data-verdict` the page then reloads, so that nobody judges what he hasn't read.
 */
import { call, Problem, perform } from "./api.js";
import { reloadWithNotice } from "./changed-since.js";
import { check } from "./check-form.js";
import { element, link, list, notice } from "./elements.js";
import { readForm } from "./form-json.js";

/** @param {Document} page */
export function sendFormsToTheApi(page) {
  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.api || event.defaultPrevented) return;
    event.preventDefault();
    void send(form);
  });
  // A browser doesn't send a form with a wrong field, and can't point at one that is folded away.
  page.addEventListener("invalid", (event) => unfold(/** @type {Element} */ (event.target)), true);
}

/** @param {Element} field */
function unfold(field) {
  field.closest("details")?.setAttribute("open", "");
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const [method, path] = /** @type {string} */ (form.dataset.api).split(" ");
  clear(form);
  const wrong = method === "DELETE" ? [] : check(form);
  if (wrong.length > 0)
    return show(form, new Problem({ detail: document.body.dataset.wrong, errors: wrong }));
  setBusy(form, true);
  try {
    const body = method === "DELETE" ? undefined : readForm(form);
    const undoOf = "undo" in form.dataset ? await formerOf(path, body ?? {}) : undefined;
    const answer = await perform(method, path, body, form.dataset.match, undefined, undoOf);
    form.dispatchEvent(new Event("sent"));
    if (form.dataset.done) return showDone(form, form.dataset.done);
    const next = form.dataset.then?.replace("{id}", answer?.id ?? "");
    if (next) window.location.assign(next);
    else window.location.reload();
  } catch (error) {
    const isChanged = error instanceof Problem && error.code === "changed";
    if (isChanged && "verdict" in form.dataset) return reloadWithNotice(sessionStorage, location);
    setBusy(form, false);
    show(form, error);
  }
}

/**
 * How to put back what a PATCH of these fields is about to change: unless somebody changes it again.
 * @param {string} path
 * @param {Record<string, unknown>} body
 * @returns {Promise<(tag: string) => import("./toast.js").Undo>}
 */
async function formerOf(path, body) {
  const now = await call("GET", path);
  const former = Object.fromEntries(Object.keys(body).map((name) => [name, now[name] ?? null]));
  return (tag) => ({ method: "PATCH", path, body: former, tag });
}

/**
 * Shows that it is done, where the page stays as it is.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function showDone(form, text) {
  setBusy(form, false);
  form.reset();
  form.prepend(notice("status", "alert-success form-problem", text));
}

/**
 * @param {HTMLFormElement} form
 * @param {boolean} busy
 */
export function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button")) button.disabled = busy;
  form.setAttribute("aria-busy", String(busy));
}

/**
 * Does what a form is for while its buttons wait. What went wrong is shown at the form.
 * @param {HTMLFormElement} form
 * @param {() => Promise<unknown>} act frees the buttons by itself where the page stays
 * @param {(error: unknown) => unknown} [explain] what is shown of an error
 */
export async function attempt(form, act, explain = (error) => error) {
  clear(form);
  setBusy(form, true);
  try {
    await act();
  } catch (error) {
    setBusy(form, false);
    show(form, explain(error));
  }
}

/** @param {HTMLFormElement} form */
export function clear(form) {
  for (const note of document.querySelectorAll(".form-problem")) note.remove();
  for (const note of form.querySelectorAll(".field-error[data-from-api]")) note.remove();
  for (const field of form.querySelectorAll(".is-invalid")) {
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
  }
}

/**
 * Shows what is wrong: above the form all of it, each with a way to its field, and at the fields.
 * The first wrong one has the focus then, or the words above where none is a field's.
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
export function show(form, error) {
  const problem = error instanceof Problem ? error : new Problem({ detail: unsent(form, error) });
  const box = notice("alert", "alert-danger form-problem", "");
  /** @type {HTMLElement[]} */
  const fields = [];
  const items = problem.errors.map((wrong) => {
    const field = showAtField(form, wrong);
    if (field) fields.push(field);
    return field ? wayTo(field, wrong.detail) : wrong.detail;
  });
  const isOne = items.length === 1 && fields.length === 0;
  const words = isOne && problem.errors[0].detail === problem.message ? "" : problem.message;
  if (words) box.append(words);
  if (items.length > 0) box.append(list("form-problem-list", items));
  // A form that is a single button in the headline has no room for words.
  const inHeadline = form.closest(".top-actions") !== null;
  const place = inHeadline ? document.querySelector(".messages") : form;
  (place ?? form).prepend(box);
  const [first] = fields.sort(asOnThePage);
  if (first) first.focus();
  else {
    // The button that was pressed lost the focus when it was disabled.
    box.tabIndex = -1;
    box.focus();
    box.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Node} one @param {Node} other */
function asOnThePage(one, other) {
  return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

/**
 * A link that leads to a field and puts the focus there.
 * @param {HTMLElement} field
 * @param {string} text
 */
function wayTo(field, text) {
  const label = /** @type {HTMLInputElement} */ (field).labels?.[0]?.textContent?.trim() ?? "";
  const words = label && !text.startsWith(label) ? `${label}：${text}` : text;
  const way = link(`#${field.id}`, words);
  way.addEventListener("click", (event) => {
    event.preventDefault();
    unfold(field);
    field.focus();
  });
  return way;
}

/**
 * A browser's own words ("Failed to fetch") help nobody.
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
function unsent(form, error) {
  if (!(error instanceof TypeError)) return String(error);
  return form.dataset.keptOffline ?? document.body.dataset.offline ?? String(error);
}

/**
 * @param {HTMLFormElement} form
 * @param {{pointer: string, detail: string}} wrong
 * @returns {HTMLElement | null} the field at which it is now
 */
function showAtField(form, wrong) {
  const steps = wrong.pointer.split("/").filter((step) => step && !/^\d+$/.test(step));
  const name = steps.join(".");
  const names = [name, `${name}[]`].map(
    (one) => `[name="${CSS.escape(one)}"]:not([type="hidden"])`,
  );
  const field = form.querySelector(names.join(", "));
  if (!(field instanceof HTMLElement)) return null;
  unfold(field);
  if (!field.id) field.id = `f-${name}`;
  field.classList.add("is-invalid");
  const note = element("div", "field-error", wrong.detail);
  note.dataset.fromApi = "";
  note.id = `e-${name}`;
  field.setAttribute("aria-describedby", note.id);
  field.setAttribute("aria-invalid", "true");
  field.parentElement?.append(note);
  return field;
}
