/**
 * The form of a takeover or an urgent campaign: one page, two ways to play, two sources of the
 * picture. What doesn't belong to what is chosen is hidden and not sent. What is typed is kept in
 * this tab until it was sent: neither an error nor a session that ended loses a word.
 */
import { districtMs, districtTime, zoneOfPage } from "./district-time.js";
import { worded } from "./filled.js";
import { keep, kept } from "./kept.js";
import { all, wireEach } from "./on-page.js";

const KEPT = "anping-takeover";
const SENT = "anping-takeover-sent";
const APIS = {
  takeover: { api: "POST /api/v1/takeovers", next: "/takeovers/{id}", purpose: "takeover" },
  urgent: { api: "POST /api/v1/campaigns/urgent", next: "/approve/{id}", purpose: "campaign" },
};

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/**
 * Shows what belongs to the chosen ways and switches all else off.
 * @param {HTMLFormElement} form
 */
function arrange(form) {
  const switches = /** @type {HTMLInputElement[]} */ (all(form, "[data-switch]:checked"));
  const chosen = switches.map((one) => one.value);
  for (const part of all(document, "[data-only]")) {
    part.hidden = !chosen.includes(part.dataset.only ?? "");
    for (const field of fieldsIn(part)) field.disabled = part.hidden;
  }
  const way = chosen.includes("urgent") ? APIS.urgent : APIS.takeover;
  form.dataset.api = way.api;
  form.setAttribute("data-then", way.next);
  const where = /** @type {HTMLElement} */ (form.querySelector("[data-where]"));
  where.dataset.purpose = way.purpose;
  arrangeEnd(form, chosen.includes("urgent"));
}

/**
 * The exact time is asked for only where it is wanted; a longer one needs a reason.
 * @param {HTMLFormElement} form
 * @param {boolean} urgent
 */
function arrangeEnd(form, urgent) {
  const length = /** @type {HTMLSelectElement} */ (
    form.querySelector(urgent ? "#f-for-urgent" : "#f-for")
  );
  const custom = length.value === "custom";
  const box = /** @type {HTMLElement} */ (form.querySelector("[data-custom]"));
  const exact = /** @type {HTMLInputElement} */ (form.querySelector("#f-until"));
  box.hidden = !custom;
  exact.disabled = !custom;
  exact.required = custom;
  const reason = /** @type {HTMLInputElement} */ (form.querySelector("#f-reason"));
  reason.required = urgent || length.value !== "";
  reason.labels?.[0]?.classList.toggle("required", reason.required);
  showEnd(form, length, exact);
}

/** @param {HTMLFormElement} form @param {HTMLSelectElement} length @param {HTMLInputElement} exact */
function showEnd(form, length, exact) {
  const status = /** @type {HTMLElement} */ (form.querySelector("[data-ends]"));
  if (length.value === "") {
    status.textContent = status.dataset.textShort ?? "";
    return;
  }
  const ends =
    length.value === "custom"
      ? districtMs(exact.value, zoneOfPage())
      : Date.now() + 60_000 * Number(length.value);
  const isValid = !Number.isNaN(ends);
  status.textContent = isValid ? worded(status.dataset.text, { time: clock(ends) }) : "";
}

/** By the district's clock; with the day if that isn't today. @param {number} atMs */
function clock(atMs) {
  const [today, at] = [Date.now(), atMs].map((one) => districtTime(one, zoneOfPage()));
  const time = at.slice(11, 16);
  return today.slice(0, 10) === at.slice(0, 10) ? time : `${at.slice(5, 10)} ${time}`;
}

/**
 * The public has to read that it is a drill: the headline has it as long as the box is ticked.
 * @param {HTMLFormElement} form
 */
function markDrill(form) {
  const word = form.dataset.drill ?? "";
  const tick = /** @type {HTMLInputElement} */ (form.querySelector("[data-drill-tick]"));
  const title = /** @type {HTMLInputElement} */ (form.elements.namedItem("slide.fields.title"));
  const bare = title.value.startsWith(word) ? title.value.slice(word.length) : title.value;
  title.value = tick.checked && !tick.disabled ? word + bare : bare;
}

/** @param {HTMLFormElement} form */
function showChosen(form) {
  const chosen = /** @type {HTMLInputElement | null} */ (
    form.querySelector("[name=asset_id]:checked")
  );
  const picture = /** @type {HTMLImageElement} */ (document.querySelector("[data-chosen]"));
  const none = /** @type {HTMLElement} */ (document.querySelector("[data-none-chosen]"));
  const address = chosen?.dataset.picture ?? "";
  picture.hidden = !address;
  none.hidden = Boolean(address);
  if (address) picture.src = address;
}

/** @param {ParentNode} part @returns {Field[]} */
function fieldsIn(part) {
  return all(part, "input, select, textarea");
}

/** @param {Field} field */
function isTicked(field) {
  return field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
}

/**
 * Everything that was filled in, in the order of the fields.
 * @param {HTMLFormElement} form
 */
function keepAll(form) {
  const values = fieldsIn(form).map((field) =>
    isTicked(field) ? /** @type {HTMLInputElement} */ (field).checked : field.value,
  );
  const names = fieldsIn(form).map(
    (field) => `${field.name}=${isTicked(field) ? field.value : ""}`,
  );
  keep("sessionStorage", KEPT, JSON.stringify({ names, values }));
}

/**
 * Fills in what was kept, by the names of the fields: the page may have others by now.
 * @param {HTMLFormElement} form
 */
function restore(form) {
  const { names = [], values = [] } = JSON.parse(kept("sessionStorage", KEPT) || "{}");
  const seen = new Map();
  for (const field of fieldsIn(form)) {
    const name = `${field.name}=${isTicked(field) ? field.value : ""}`;
    const place = names.indexOf(name, (seen.get(name) ?? -1) + 1);
    if (place < 0 || (field instanceof HTMLInputElement && field.type === "hidden")) continue;
    seen.set(name, place);
    if (isTicked(field)) /** @type {HTMLInputElement} */ (field).checked = values[place];
    else field.value = values[place];
  }
}

/** @param {HTMLFormElement} form */
function begin(form) {
  if (kept("sessionStorage", SENT)) for (const key of [KEPT, SENT]) keep("sessionStorage", key, "");
  restore(form);
  arrange(form);
  showChosen(form);
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    if ("drillTick" in field.dataset) markDrill(form);
    arrange(form);
    showChosen(form);
    keepAll(form);
  });
  // Sent for good is what leads away; whatever is wrong leaves the form where it is.
  form.addEventListener("submit", () => keep("sessionStorage", SENT, "1"));
  new MutationObserver(() => {
    if (form.getAttribute("aria-busy") === "false") keep("sessionStorage", SENT, "");
  }).observe(form, { attributes: true, attributeFilter: ["aria-busy"] });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    /** @type {HTMLButtonElement} */ (form.querySelector(".send-line .btn")).click();
  });
}

wireEach("form[data-takeover]", begin);
