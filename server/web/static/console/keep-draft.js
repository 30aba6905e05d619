/**
 * Forms that take something to write keep what is typed in this browser until it is saved: whoever
 * loses the network, closes the page or is signed out in the middle finds it again. What was to
 * become something new is filled in at once, and can be thrown away; what changes something that is
 * there is offered, as it may be another by now. `data-keep` is what of (the person is the page's),
 * `data-keep="no"` that a form keeps nothing.
 */
import { zoneOfPage } from "./district-time.js";
import { button, element, notice } from "./elements.js";
import { worded } from "./filled.js";
import { keep, kept } from "./kept.js";
import { all } from "./on-page.js";

const PREFIX = "anping-draft ";
const PAUSE_MS = 300;
const LASTS_MS = 14 * 24 * 3_600_000;
const LEAST_FIELDS = 2;

/** @typedef {[name: string, value: string, checked: boolean]} Field */
/** @typedef {{at: number, fields: Field[]}} Kept */

/** @param {HTMLFormElement} form */
function keepWords(form) {
  const key = keyOf(form);
  const first = JSON.stringify(fieldsOf(form));
  const before = read(key);
  const forget = () => keep("localStorage", key, "");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const note = () => {
    clearTimeout(timer);
    timer = undefined;
    const fields = fieldsOf(form);
    if (JSON.stringify(fields) !== first)
      keep("localStorage", key, JSON.stringify({ at: Date.now(), fields }));
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
    forget();
  });
  if (before && JSON.stringify(before.fields) !== first) offer(form, before, forget);
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
  const { api = "", keep, verdict, takeover } = form.dataset;
  if (keep === "no" || verdict !== undefined || takeover !== undefined) return false;
  if (keep) return true;
  const written = [...form.querySelectorAll("input, textarea, select")].filter((one) =>
    one.matches('textarea, select, input:not([type="hidden"]):not([type="password"])'),
  );
  return /^(POST|PATCH|PUT) /.test(api) && written.length >= LEAST_FIELDS;
}

/**
 * Shows what is there of before: filled in already where something new is made, with a way to be rid
 * of it; otherwise offered. Typing on leaves it alone.
 * @param {HTMLFormElement} form
 * @param {Kept} found
 * @param {() => void} forget
 */
function offer(form, found, forget) {
  const { putBack = "", kept: left = "", takeKept = "", dropKept = "" } = document.body.dataset;
  const isNew = (form.dataset.api ?? "").startsWith("POST ");
  const before = fieldsOf(form);
  const bar = notice("status", "alert-warning kept-draft", "");
  bar.append(element("span", "", worded(isNew ? putBack : left, { at: clock(found.at) })));
  const offered = (/** @type {string} */ label, /** @type {() => void} */ act) =>
    bar.append(
      button("btn btn-sm", label, () => {
        bar.remove();
        act();
      }),
    );
  if (isNew) fill(form, found.fields);
  else offered(takeKept, () => fill(form, found.fields));
  offered(dropKept, () => {
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
    const found = JSON.parse(kept("localStorage", key) || "null");
    return found && Date.now() - found.at < LASTS_MS ? found : null;
  } catch {
    return null;
  }
}

/** @param {Document} page */
export function keepDrafts(page) {
  for (const form of /** @type {HTMLFormElement[]} */ (all(page, "form[data-api]")))
    if (isKept(form)) keepWords(form);
}
