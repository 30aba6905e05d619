/**
 * Forms that take something to write keep what is typed in this browser until it is saved: whoever
 * loses the network, closes the page or is signed out in the middle finds it again. What was to
 * become something new is filled in at once, and can be thrown away; what changes something that is
 * there is offered, as it may be another by now. `data-keep` says what of (the person is the page's),
 * `data-keep="no"` that a form keeps nothing.
 */
import { zoneOfPage } from "./district-time.js";

const PREFIX = "anping-draft ";
const PAUSE_MS = 300;
const LASTS_MS = 14 * 24 * 3_600_000;
const LEAST_FIELDS = 2;

/** @typedef {[name: string, value: string, checked: boolean]} Field */
/** @typedef {{at: number, fields: Field[]}} Kept */

/** @param {HTMLFormElement} form */
function keep(form) {
  const key = keyOf(form);
  const first = JSON.stringify(fieldsOf(form));
  const kept = read(key);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const note = () => {
    clearTimeout(timer);
    timer = undefined;
    const fields = fieldsOf(form);
    if (JSON.stringify(fields) !== first) write(key, { at: Date.now(), fields });
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(note, PAUSE_MS);
  });
  form.addEventListener("submit", note);
  // Who types and closes the page in one go is in no less need of it.
  window.addEventListener("pagehide", () => {
    if (timer !== undefined) note();
  });
  form.addEventListener("sent", () => {
    clearTimeout(timer);
    timer = undefined;
    drop(key);
  });
  if (kept && JSON.stringify(kept.fields) !== first) offer(form, kept, () => drop(key));
}

/**
 * Under which name a form's words are kept: by person, page and what the form is sent to.
 * @param {HTMLFormElement} form
 */
function keyOf(form) {
  const of = form.dataset.keep || `${location.pathname} ${form.dataset.api}`;
  return `${PREFIX}${document.body.dataset.person} ${of}`;
}

/**
 * Whether a form has enough to write for it to be kept: two fields, and none that judges.
 * @param {HTMLFormElement} form
 */
export function isKept(form) {
  const { api = "", keep: wish, verdict, takeover } = form.dataset;
  if (wish === "no" || verdict !== undefined || takeover !== undefined) return false;
  if (wish) return true;
  const written = [...form.querySelectorAll("input, textarea, select")].filter((one) =>
    one.matches('textarea, select, input:not([type="hidden"]):not([type="password"])'),
  );
  return /^(POST|PATCH|PUT) /.test(api) && written.length >= LEAST_FIELDS;
}

/**
 * Says what is there of before: filled in already where something new is made, with a way to be rid
 * of it; otherwise offered. Typing on leaves it alone.
 * @param {HTMLFormElement} form
 * @param {Kept} kept
 * @param {() => void} forget
 */
function offer(form, kept, forget) {
  const { putBack = "", kept: left = "", takeKept = "", dropKept = "" } = document.body.dataset;
  const isNew = (form.dataset.api ?? "").startsWith("POST ");
  const before = fieldsOf(form);
  const bar = document.createElement("div");
  bar.className = "alert alert-warning kept-draft";
  bar.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = (isNew ? putBack : left).replace("{at}", clock(kept.at));
  bar.append(text);
  const button = (/** @type {string} */ label, /** @type {() => void} */ act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = label;
    made.addEventListener("click", () => {
      bar.remove();
      act();
    });
    bar.append(made);
  };
  if (isNew) fill(form, kept.fields);
  else button(takeKept, () => fill(form, kept.fields));
  button(dropKept, () => {
    if (isNew) fill(form, before);
    forget();
  });
  form.before(bar);
}

/** By the district's clock; with the day unless that is today. @param {number} atMs */
function clock(atMs) {
  const zone = { timeZone: zoneOfPage() };
  const day = (/** @type {number} */ ms) => new Date(ms).toLocaleDateString("sv", zone);
  /** @type {Intl.DateTimeFormatOptions} */
  const wanted = day(atMs) === day(Date.now()) ? {} : { month: "2-digit", day: "2-digit" };
  const { lang } = document.documentElement;
  return new Date(atMs).toLocaleString(lang, {
    ...wanted,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...zone,
  });
}

/**
 * @param {HTMLFormElement} form
 * @returns {Field[]}
 */
export function fieldsOf(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  return fields
    .filter((one) => one.name && one.type !== "password" && one.type !== "file")
    .map((one) => [one.name, one.value, Boolean(one.checked)]);
}

/**
 * Boxes are known by name and value, other fields by name and place.
 * @param {HTMLFormElement} form
 * @param {Field[]} fields
 */
function fill(form, fields) {
  const left = [...fields];
  for (const one of /** @type {HTMLInputElement[]} */ ([...form.elements])) {
    const box = one.type === "checkbox" || one.type === "radio";
    const place = left.findIndex(
      ([name, value]) => name === one.name && (!box || value === one.value),
    );
    if (!one.name || place < 0) continue;
    const [[, value, checked]] = left.splice(place, 1);
    if (box) one.checked = checked;
    else one.value = value;
  }
  form.dispatchEvent(new Event("restored"));
  for (const one of form.querySelectorAll("select, input"))
    one.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * What is older than two weeks isn't offered any more.
 * @param {string} key
 * @returns {Kept | null}
 */
function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    return kept && Date.now() - kept.at < LASTS_MS ? kept : null;
  } catch {
    return null;
  }
}

/**
 * A browser that keeps nothing, or is full, leaves the page as it is.
 * @param {string} key
 * @param {Kept} kept
 */
function write(key, kept) {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // the form itself still has it
  }
}

/** @param {string} key */
function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

/** @param {Document} page */
export function keepDrafts(page) {
  for (const one of page.querySelectorAll("form[data-api]")) {
    const form = /** @type {HTMLFormElement} */ (one);
    if (isKept(form)) keep(form);
  }
}
