/**
 * Reads a form as the JSON body that the API takes. Names are paths: `target.value`,
 * `selector.venue_kinds[]` (a list),
 * `dayparts.#0.from` (an entry of a list). `data-as` says what a text is: `number`, `instant`
 * (a local date and time, sent with its offset), `lines` (a list, one entry a line), `flag`,
 * `minutes` (sent as seconds), `pairs` (an object, a line for each `name: value`).
 * Empty fields are left out, so that the API's own defaults count; with `data-empty="null"` they
 * are sent as null, which takes away what was chosen before.
 */

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
  if (!path || field.disabled || path === "csrf_token") return null;
  const box = field.type === "checkbox" || field.type === "radio";
  if (field.dataset.as === "flag") return { path, value: field.checked };
  if (box && !field.checked) return null;
  if (field.value.trim() === "" && field.dataset.empty === "null") return { path, value: null };
  if (field.value.trim() === "" && !("keepEmpty" in field.dataset)) return null;
  return { path, value: readAs(field.dataset.as, field.value) };
}

/**
 * @param {string | undefined} kind
 * @param {string} text
 * @returns {unknown}
 */
export function readAs(kind, text) {
  if (kind === "number") return Number(text);
  if (kind === "minutes") return Math.round(60 * Number(text));
  if (kind === "instant") return withOffset(new Date(text));
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
 * ISO 8601 with the offset of this browser's zone.
 * @param {Date} moment
 */
export function withOffset(moment) {
  const minutes = -moment.getTimezoneOffset();
  const shifted = new Date(moment.getTime() + minutes * 60_000);
  const size = Math.abs(minutes);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const sign = minutes < 0 ? "-" : "+";
  return `${shifted.toISOString().slice(0, 19)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
