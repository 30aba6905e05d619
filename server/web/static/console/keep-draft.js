/**
 * Forms with `data-keep` (for whom, and of what) keep what is typed in this browser until it is
 * saved: whoever loses the network, closes the page or is signed out in the middle finds it again.
 */
import { zoneOfPage } from "./district-time.js";

const PREFIX = "anping-draft ";
const PAUSE_MS = 300;
const LASTS_MS = 14 * 24 * 3_600_000;

/** @typedef {[name: string, value: string, checked: boolean]} Field */
/** @typedef {{at: number, fields: Field[]}} Kept */

/** @param {HTMLFormElement} form */
function keep(form) {
  const key = PREFIX + form.dataset.keep;
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
 * Says that something is there, and lets the person take it or not; typing on leaves it alone.
 * @param {HTMLFormElement} form
 * @param {Kept} kept
 * @param {() => void} forget
 */
function offer(form, kept, forget) {
  const bar = document.createElement("div");
  bar.className = "alert alert-warning kept-draft";
  bar.setAttribute("role", "status");
  const at = new Date(kept.at).toLocaleString(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: zoneOfPage(),
  });
  const text = document.createElement("span");
  text.textContent = (form.dataset.keptText ?? "").replace("{at}", at);
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
  button(form.dataset.keptTake ?? "", () => fill(form, kept.fields));
  button(form.dataset.keptDrop ?? "", forget);
  form.before(bar);
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

if (typeof document !== "undefined")
  for (const form of document.querySelectorAll("form[data-keep]"))
    keep(/** @type {HTMLFormElement} */ (form));
