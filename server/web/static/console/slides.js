/**
 * Shows a slide while its fields are typed, on each shape of screen, and what to check in it.
 * `data-slide` names the part of the form's body that is the slide; empty, it is the whole body.
 * A field with `data-example` that is still empty shows its placeholder.
 */

import { afterPause } from "./after-pause.js";
import { call, csrfToken, Problem } from "./api.js";
import { element, list } from "./elements.js";
import { worded } from "./filled.js";
import { readAs, readForm } from "./form-json.js";
import { all, wireEach } from "./on-page.js";

const PAUSE_MS = 150;

/** @param {HTMLFormElement} form */
function previewWhileTyping(form) {
  /** @type {HTMLImageElement[]} */
  const pictures = all(document, "[data-preview]");
  const box = /** @type {HTMLElement} */ (document.querySelector("[data-slide-checks]"));
  let latest = 0;
  let touched = false;

  const draw = async () => {
    const mine = ++latest;
    const current = () => mine === latest;
    const { template, fields = {}, duration_s } = slideOf(form);
    if (!template) return;
    const examples = examplesOf(form);
    const exampleNote = document.querySelector("[data-is-example]");
    if (exampleNote instanceof HTMLElement) exampleNote.hidden = examples === null;
    const found = examples ? { items: [] } : await checked({ template, fields, duration_s });
    if (!current()) return;
    // A tick that nobody had the time to make is no error yet.
    const due = (/** @type {{code: string, pointer: string}} */ one) =>
      touched || one.code !== "refused" || !awaitsTick(one.pointer);
    showFindings(box, { ...found, items: found.items.filter(due) });
    if (found.items.some((one) => one.code === "refused" && !awaitsTick(one.pointer))) return;
    const shown = { template, fields: { ...fields, ...examples, ...ticks(form) } };
    for (const picture of pictures) if (current()) await redraw(picture, shown, current);
  };
  const drawSoon = afterPause(draw, PAUSE_MS);
  form.addEventListener("input", () => {
    touched = true;
    drawSoon();
  });
  void draw();
}

/**
 * @param {HTMLFormElement} form
 * @returns {{template?: string, fields?: Record<string, unknown>, duration_s?: number}}
 */
function slideOf(form) {
  const body = /** @type {any} */ (readForm(form));
  return (form.dataset.slide ? body[form.dataset.slide] : body) ?? {};
}

/**
 * The examples used for what isn't typed yet; null once all that has to be is.
 * @param {HTMLFormElement} form
 */
function examplesOf(form) {
  const inputs = /** @type {HTMLInputElement[]} */ (all(form, "[data-example]"));
  const empty = inputs.filter((one) => one.value.trim() === "");
  if (!empty.some((one) => one.required)) return null;
  const bare = (/** @type {string} */ name) => name.split(".").pop() ?? "";
  const untouched = empty.length === inputs.length;
  const asked = empty.filter((one) => one.required || untouched);
  return Object.fromEntries(
    asked.map((one) => [bare(one.name), readAs(one.dataset.as, one.placeholder)]),
  );
}

/**
 * @param {HTMLImageElement} picture
 * @param {object} typed
 * @param {() => boolean} current whether nothing was typed since
 */
async function redraw(picture, typed, current) {
  const size = picture.dataset.preview ?? "";
  const answer = await drawn({ ...typed, ...sizeOf(size) });
  if (!current()) return;
  const beside = document.querySelector(`[data-note="${CSS.escape(size)}"]`);
  if (beside) beside.textContent = answer.problem;
  if (answer.blob) replace(picture, answer.blob);
}

/** @param {string} size such as 960x540 */
function sizeOf(size) {
  const [width, height] = size.split("x").map(Number);
  return { width, height };
}

/**
 * @param {object} body
 * @returns {Promise<{blob?: Blob, problem: string}>}
 */
async function drawn(body) {
  const response = await fetch("/api/v1/slides/preview", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
    body: JSON.stringify(body),
  });
  if (response.ok) return { blob: await response.blob(), problem: "" };
  const problem = await response.json().catch(() => ({}));
  const details = (problem.errors ?? []).map((/** @type {{detail: string}} */ e) => e.detail);
  return { problem: [...new Set(details.length > 0 ? details : [problem.detail])].join(" ") };
}

/**
 * @typedef {{items: {code: string, pointer: string, detail: string}[], reading_s?: number}} Found
 * @param {object} body
 * @returns {Promise<Found>}
 */
async function checked(body) {
  try {
    return await call("POST", "/api/v1/slides/check", body);
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem({ detail: String(error) });
    return { items: [{ code: "refused", pointer: "", detail: problem.message }] };
  }
}

/**
 * Errors are shown first, then what to check; each field concerned is marked.
 * @param {HTMLElement} box
 * @param {Found} found
 */
function showFindings(box, found) {
  const texts = box.dataset;
  box.replaceChildren();
  const wrong = found.items.filter((one) => one.code === "refused");
  const noted = found.items.filter((one) => one.code !== "refused");
  if (wrong.length > 0) box.append(alert("danger", "", wrong));
  if (noted.length > 0) box.append(alert("warning", texts.title ?? "", noted));
  if (found.reading_s) {
    box.append(element("p", "faint mb-0", worded(texts.reading, { n: found.reading_s })));
  }
  mark(found.items.map((one) => one.pointer));
}

/**
 * @param {string} tone
 * @param {string} title
 * @param {{pointer: string, detail: string}[]} items
 */
function alert(tone, title, items) {
  const part = element("div", `alert alert-${tone} mb-2`);
  const lines = items.map((one) => {
    const label = control(one.pointer)?.labels?.[0]?.textContent;
    return label ? `${label}：${one.detail}` : one.detail;
  });
  if (title) part.append(element("strong", "", title));
  part.append(list("mb-0", lines));
  return part;
}

/** @param {string[]} pointers */
function mark(pointers) {
  for (const old of document.querySelectorAll("[data-slide] .is-invalid"))
    old.classList.remove("is-invalid");
  for (const pointer of pointers) control(pointer)?.classList.add("is-invalid");
}

/**
 * Whether what is missing is only a confirmation, which doesn't show on the slide.
 * @param {string} pointer
 */
function awaitsTick(pointer) {
  return control(pointer)?.dataset.confirmed !== undefined;
}

/**
 * The confirmations as if they were ticked.
 * @param {HTMLFormElement} form
 */
function ticks(form) {
  const boxes = /** @type {HTMLInputElement[]} */ (all(form, "[data-confirmed]"));
  return Object.fromEntries(boxes.map((box) => [box.name.split(".").pop(), box.value]));
}

/**
 * The control of a pointer such as /fields/lines/0.
 * @param {string} pointer
 */
function control(pointer) {
  const [first, second] = pointer.split("/").slice(1);
  const bare = first === "fields" ? `fields.${second}` : first;
  const within = document.querySelector("form[data-slide]")?.getAttribute("data-slide");
  const name = within ? `${within}.${bare}` : bare;
  return /** @type {HTMLInputElement | null} */ (
    document.querySelector(`[data-slide] [name="${CSS.escape(name ?? "")}"]`)
  );
}

/**
 * @param {HTMLImageElement} picture
 * @param {Blob} blob
 */
function replace(picture, blob) {
  if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(blob);
}

wireEach("form[data-slide]", previewWhileTyping);
