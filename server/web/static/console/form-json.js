/**
 * Reads a form as the JSON body that the API takes. Names are paths: `target.value`,
 * `selector.venue_kinds[]` (a list),
 * `dayparts.#0.from` (an entry of a list). `data-as` is the type of a text: `number`, `instant`
 * (a date and time by the district's clock), `from-now` (minutes, sent as the instant that is
 * so far away; a text that is no number leaves it to another field), `lines` (a list, one entry a line), `flag`,
 * `minutes` (sent as seconds), `percent` (sent as a share of 1), `pairs` (an object, a line for each `name: value`).
 * What only switches parts of the form (`data-switch`) isn't sent.
 * Empty fields are left out, so that the API's own defaults count; with `data-empty="null"` they
 * are sent as null, which takes away what was chosen before.
 */

import { districtMs, zoneOfPage } from "./district-time.js";

/**
 * @param {HTMLFormElement} form
 * @returns {Record<string, unknown>}
 */
export function readForm(form) {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const field of form.elements) {
    const entry = readField(/** @type {HTMLInputElement} */ (field));
    if (entry) place(body, entry.path, entry.value);
  }
  return /** @type {Record<string, unknown>} */ (withoutHoles(body));
}

/**
 * Lists without the entries of which nothing was filled in.
 * @param {unknown} value
 * @returns {unknown}
 */
export function withoutHoles(value) {
  if (Array.isArray(value)) return value.filter((one) => one !== undefined).map(withoutHoles);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutHoles(one)]));
}

/**
 * @param {HTMLInputElement} field
 * @returns {{path: string, value: unknown} | null}
 */
export function readField(field) {
  const path = field.name;
  if (!path || field.disabled || path === "csrf_token" || "switch" in field.dataset) return null;
  const box = field.type === "checkbox" || field.type === "radio";
  if (field.dataset.as === "flag") return { path, value: field.checked };
  if (box && !field.checked) return null;
  if (field.value.trim() === "" && field.dataset.empty === "null") return { path, value: null };
  if (field.value.trim() === "" && !("keepEmpty" in field.dataset)) return null;
  if (field.dataset.as === "from-now" && Number.isNaN(Number(field.value))) return null;
  return { path, value: readAs(field.dataset.as, field.value) };
}

/**
 * @param {string | undefined} kind
 * @param {string} text
 * @returns {unknown}
 */
export function readAs(kind, text) {
  if (kind === "number") return Number(text);
  if (kind === "percent") return Number(text) / 100;
  if (kind === "minutes") return Math.round(60 * Number(text));
  if (kind === "instant") return instant(districtMs(text, zoneOfPage()));
  if (kind === "from-now") return instant(Date.now() + 60_000 * Number(text));
  if (kind === "lines")
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
  if (kind === "pairs") return pairsOf(text);
  if (kind === "json") return JSON.parse(text);
  return text;
}

/**
 * A line without a colon is kept as a name that the API refuses, so that nothing typed is lost.
 * @param {string} text
 * @returns {Record<string, string>}
 */
function pairsOf(text) {
  const lines = /** @type {string[]} */ (readAs("lines", text));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([^:：]*)[:：](.*)$/.exec(line) ?? ["", `${line}:`, ""];
      return [name.trim(), value.trim()];
    }),
  );
}

/**
 * @param {Record<string, unknown>} body
 * @param {string} path
 * @param {unknown} value
 */
export function place(body, path, value) {
  const list = path.endsWith("[]");
  const steps = (list ? path.slice(0, -2) : path).split(".");
  const keys = steps.map((step) => step.replace("#", ""));
  const last = /** @type {string} */ (keys.pop());
  let inner = body;
  for (const [index, key] of keys.entries()) {
    inner[key] = inner[key] ?? (steps[index + 1].startsWith("#") ? [] : {});
    inner = /** @type {Record<string, unknown>} */ (inner[key]);
  }
  if (!list) inner[last] = value;
  else inner[last] = [.../** @type {unknown[]} */ (inner[last] ?? []), value];
}

/**
 * As the API reads it, to the second.
 * @param {number} atMs
 */
const instant = (atMs) => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
