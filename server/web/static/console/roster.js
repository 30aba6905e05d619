/**
 * The roster of a line's day: a field for each vehicle with its services, sent as the API takes
 * it; what is wrong is shown beside the vehicle. May be saved for several days, one after the other.
 */
import { call, Problem, perform } from "./api.js";
import { attempt, clear, show } from "./api-form.js";
import { ask } from "./confirm.js";
import { all, sendBy, wireEach } from "./on-page.js";

const DAY_MS = 86_400_000;
const MOST_DAYS = 31;

/** @typedef {{field: string, body: {venue_id?: string, vehicle?: string, services: string[][]}}} Entry */

/**
 * `06:10-9:00 16:00—20:00` as pairs; what can't be read stays as it is, for the API to refuse.
 * @param {string} text
 * @returns {string[][]}
 */
export function readServices(text) {
  return text
    .replaceAll("：", ":")
    .replace(/\s*(?:[-–—~～]+|至|到)\s*/g, "-")
    .split(/[\s,，、;；]+/)
    .filter(Boolean)
    .map((piece) => {
      const [from, ...rest] = piece.split("-");
      return [padded(from), padded(rest.join("-"))];
    });
}

/** @param {string} clock */
function padded(clock) {
  return /^\d:\d\d$/.test(clock) ? `0${clock}` : clock;
}

/**
 * The days from one to another, both included.
 * @param {string} from
 * @param {string} until
 * @returns {string[]}
 */
export function daysFrom(from, until) {
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(until); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/**
 * Names the field of what the API found wrong with a vehicle by its place.
 * @param {unknown} error
 * @param {Entry[]} entries
 */
export function atFields(error, entries) {
  if (!(error instanceof Problem)) return error;
  const errors = error.errors.map(({ pointer, detail }) => {
    const place = /^\/vehicles\/(\d+)(?:\/(\w+))?/.exec(pointer);
    const entry = place && entries[Number(place[1])];
    if (!entry) return { pointer, detail };
    const named = entry.field === "helper-services" && place[2] === "vehicle";
    return { pointer: `/${named ? "helper" : entry.field}`, detail };
  });
  return new Problem({ detail: error.message, code: error.code, errors });
}

/** @param {HTMLFormElement} form */
function wire(form) {
  const fields = /** @type {HTMLInputElement[]} */ (all(form, "[data-vehicle]"));
  for (const button of all(form, "[data-fill]"))
    button.addEventListener("click", () => {
      const usual = button.dataset.fill === "usual";
      for (const field of fields) field.value = usual ? (form.dataset.usual ?? "") : "";
    });
  const copy = /** @type {HTMLSelectElement | null} */ (form.querySelector("[data-copy]"));
  copy?.addEventListener("change", () => void copyFrom(form, fields, copy.value));
  sendBy(form, () => save(form, fields));
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement[]} fields
 * @param {string} day
 */
async function copyFrom(form, fields, day) {
  if (!day) return;
  clear(form);
  try {
    const { vehicles } = await call("GET", `${form.dataset.roster}${day}`);
    /** @type {Map<string, string>} */
    const texts = new Map();
    for (const { venue_id, services } of vehicles ?? [])
      texts.set(venue_id, services.map((/** @type {string[]} */ pair) => pair.join("-")).join(" "));
    for (const field of fields) field.value = texts.get(field.dataset.vehicle ?? "") ?? "";
  } catch (error) {
    show(form, error);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement[]} fields
 * @returns {Entry[]}
 */
function entriesOf(form, fields) {
  const entries = fields.map((field) => ({
    field: field.name,
    body: { venue_id: field.dataset.vehicle, services: readServices(field.value) },
  }));
  const text = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value.trim();
  const kept = /** @type {Entry[]} */ (entries.filter((one) => one.body.services.length > 0));
  const [vehicle, services] = [text("helper"), text("helper-services")];
  if (vehicle || services)
    kept.push({ field: "helper-services", body: { vehicle, services: readServices(services) } });
  return kept;
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement[]} fields
 */
async function save(form, fields) {
  clear(form);
  const { roster = "", day = "", match } = form.dataset;
  const until = /** @type {HTMLInputElement} */ (form.elements.namedItem("until")).value || day;
  const days = daysFrom(day, until);
  if (days.length > MOST_DAYS)
    return show(
      form,
      new Problem({ errors: [{ pointer: "/until", detail: form.dataset.many ?? "" }] }),
    );
  const question = form.dataset.ask?.replace("{from}", day).replace("{to}", until);
  if (days.length > 1 && !(await ask({ text: question ?? "", verb: verbOf(form) }))) return;
  const entries = entriesOf(form, fields);
  const body = { vehicles: entries.map((one) => one.body) };
  const put = async () => {
    for (const one of days)
      await perform("PUT", roster + one, body, one === day ? match : undefined);
    window.location.reload();
  };
  await attempt(form, put, (error) => atFields(error, entries));
}

/** @param {HTMLFormElement} form */
function verbOf(form) {
  return form.querySelector("button")?.textContent?.trim() ?? "";
}

wireEach("form[data-roster]", wire);
