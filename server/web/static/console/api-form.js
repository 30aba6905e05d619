/**
 * Forms and buttons with `data-api="POST /api/v1/..."` go to the JSON API. What was typed stays
 * where it is when the API says no; each wrong value is named beside its field. `data-then` is
 * the page to go to, where `{id}` is the new object's id; without it the page loads anew.
 * With `data-undo` what a PATCH changes can be put back from the words at the foot.
 * `data-match` is the tag of what the page shows: what has changed since is refused. With
 * `data-verdict` the page then comes anew, so that nobody judges what he hasn't read.
 */
import { call, Problem, perform } from "./api.js";
import { showAnew } from "./changed-since.js";
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
  setBusy(form, true);
  try {
    const body = method === "DELETE" ? undefined : readForm(form);
    const undoOf = "undo" in form.dataset ? await formerOf(path, body ?? {}) : undefined;
    const answer = await perform(method, path, body, form.dataset.match, undefined, undoOf);
    form.dispatchEvent(new Event("sent"));
    if (form.dataset.done) return say(form, form.dataset.done);
    const next = form.dataset.then?.replace("{id}", answer?.id ?? "");
    if (next) window.location.assign(next);
    else window.location.reload();
  } catch (error) {
    const isChanged = error instanceof Problem && error.code === "changed";
    if (isChanged && "verdict" in form.dataset) return showAnew(sessionStorage, location);
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
 * Says that it is done, where the page stays as it is.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function say(form, text) {
  setBusy(form, false);
  form.reset();
  const box = document.createElement("div");
  box.className = "alert alert-success form-problem";
  box.setAttribute("role", "status");
  box.textContent = text;
  form.prepend(box);
}

/**
 * @param {HTMLFormElement} form
 * @param {boolean} busy
 */
export function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button")) button.disabled = busy;
  form.setAttribute("aria-busy", String(busy));
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
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
export function show(form, error) {
  const problem = error instanceof Problem ? error : new Problem({ detail: unsent(form, error) });
  const rest = problem.errors.filter((wrong) => !showAtField(form, wrong));
  const lines = [problem.message, ...rest.map((wrong) => wrong.detail)].filter(Boolean);
  const box = document.createElement("div");
  box.className = "alert alert-danger form-problem";
  box.setAttribute("role", "alert");
  box.textContent = [...new Set(lines)].join(" ");
  // A form that is a single button in the headline has no room for words.
  const inHeadline = form.closest(".top-actions") !== null;
  const place = inHeadline ? document.querySelector(".messages") : form;
  (place ?? form).prepend(box);
  box.scrollIntoView({ block: "nearest" });
  lead(form, box);
}

/**
 * The button that was pressed lost the focus when it was disabled: it goes on at the first field
 * that is wrong, or at the words.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} box
 */
function lead(form, box) {
  const wrong = form.querySelector(".is-invalid");
  box.tabIndex = -1;
  (wrong instanceof HTMLElement ? wrong : box).focus();
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
 */
function showAtField(form, wrong) {
  const steps = wrong.pointer.split("/").filter((step) => step && !/^\d+$/.test(step));
  const name = steps.join(".");
  const names = [name, `${name}[]`].map(
    (one) => `[name="${CSS.escape(one)}"]:not([type="hidden"])`,
  );
  const field = form.querySelector(names.join(", "));
  if (!(field instanceof HTMLElement)) return false;
  unfold(field);
  field.classList.add("is-invalid");
  const note = document.createElement("div");
  note.className = "field-error";
  note.dataset.fromApi = "";
  note.id = `e-${name}`;
  field.setAttribute("aria-describedby", note.id);
  field.setAttribute("aria-invalid", "true");
  note.textContent = wrong.detail;
  field.parentElement?.append(note);
  return true;
}
