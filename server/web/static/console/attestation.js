/**
 * A report by hand: what is said goes first, then its photos one by one. What broke off goes on
 * where it was: what was said is not sent twice.
 */
import { call, csrfToken, Problem } from "./api.js";
import { clear, setBusy, show } from "./api-form.js";
import { readForm } from "./form-json.js";

const DAY_MS = 86_400_000;

/**
 * How many days from one date to another (both included) fall on these weekdays (1 is Monday).
 * @param {string} from
 * @param {string} to
 * @param {string} weekdays such as "1 2 3 4 5"
 */
export function daysBetween(from, to, weekdays) {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(first) || Number.isNaN(last)) return 0;
  const open = weekdays.split(" ").filter(Boolean);
  let count = 0;
  for (let at = first; at <= last; at += DAY_MS) {
    if (open.includes(String(new Date(at).getUTCDay() || 7))) count += 1;
  }
  return count;
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${name}"]`));
  const [from, to, days] = [field("from"), field("to"), field("days")];
  if (!from || !to || !days) return;
  let own = false;
  days.addEventListener("input", () => {
    own = true;
  });
  for (const date of [from, to])
    date.addEventListener("change", () => {
      const count = daysBetween(from.value, to.value, form.dataset.weekdays ?? "");
      if (!own && count > 0) days.value = String(count);
    });
}

/** @param {HTMLFormElement} form */
function wire(form) {
  const photos = /** @type {HTMLInputElement} */ (form.querySelector("[data-photos]"));
  let made = form.dataset.attest ?? "";
  /** @type {Set<File>} */
  const sent = new Set();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    setBusy(form, true);
    try {
      made = made || (await call("POST", "/api/v1/attestations", readForm(form))).id;
      await sendPhotos(form, made, [...(photos.files ?? [])], sent);
      window.location.assign(`/attestations/${made}`);
    } catch (error) {
      setBusy(form, false);
      if (made) keep(form);
      show(form, error);
    }
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} made
 * @param {File[]} files
 * @param {Set<File>} sent those that have arrived
 */
async function sendPhotos(form, made, files, sent) {
  const said = /** @type {HTMLElement} */ (form.querySelector("[data-progress]"));
  for (const [index, file] of files.entries()) {
    if (sent.has(file)) continue;
    const text = form.dataset.sending ?? "";
    said.textContent = text.replace("{n}", String(index + 1)).replace("{all}", `${files.length}`);
    await sendPhoto(`/api/v1/attestations/${made}/photos`, file);
    sent.add(file);
  }
}

/**
 * @param {string} path
 * @param {File} file
 */
async function sendPhoto(path, file) {
  const body = new FormData();
  body.append("file", file);
  const headers = { "X-CSRF-Token": csrfToken() };
  const response = await fetch(path, { method: "POST", headers, body });
  if (response.ok) return;
  throw new Problem(await response.json().catch(() => ({ title: response.statusText })));
}

/**
 * What was said is kept: from here on only photos are missing.
 * @param {HTMLFormElement} form
 */
function keep(form) {
  for (const part of form.querySelectorAll("fieldset")) part.disabled = true;
  const said = form.querySelector("[data-progress]");
  if (said) said.textContent = form.dataset.kept ?? "";
}

if (typeof document !== "undefined")
  for (const form of document.querySelectorAll("form[data-attest]")) {
    follow(/** @type {HTMLFormElement} */ (form));
    wire(/** @type {HTMLFormElement} */ (form));
  }
