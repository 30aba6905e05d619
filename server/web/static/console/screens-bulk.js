/**
 * Does one thing for all screens that are ticked, in one call: all of them or none. What the API
 * says no to is shown beside its field, or with the screen's name.
 */
import { call, Problem } from "./api.js";
import { clear, setBusy, show } from "./api-form.js";
import { readForm } from "./form-json.js";

/** @param {HTMLFormElement} bar */
function takeChoices(bar) {
  const all = /** @type {HTMLInputElement} */ (bar.querySelector("[data-all]"));
  document.addEventListener("change", (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box === all) for (const one of boxes()) one.checked = all.checked;
    if (box === all || "pick" in box.dataset) follow(bar, all);
  });
  bar.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(bar).then(() => follow(bar, all));
  });
  follow(bar, all);
}

/** @param {HTMLFormElement} bar */
async function send(bar) {
  const chosen = boxes().filter((one) => one.checked);
  clear(bar);
  setBusy(bar, true);
  try {
    const ids = chosen.map((one) => one.value);
    const body = { ...readForm(bar), action: "maintenance", screen_ids: ids };
    const done = await call("POST", "/api/v1/screens/bulk", body);
    for (const one of chosen) one.checked = false;
    bar.reset();
    bar.querySelector("details")?.removeAttribute("open");
    say(bar, done);
  } catch (error) {
    show(
      bar,
      withNames(
        error,
        chosen.map((one) => one.dataset.name ?? one.value),
      ),
    );
  } finally {
    setBusy(bar, false);
  }
}

/**
 * What is wrong with one of the screens, said with its name.
 * @param {unknown} error
 * @param {string[]} names
 */
export function withNames(error, names) {
  if (!(error instanceof Problem)) return error;
  const errors = error.errors.map(({ pointer, detail }) => {
    const place = /^\/screen_ids\/(\d+)$/.exec(pointer);
    return place
      ? { pointer, detail: `${names[Number(place[1])]}：${detail}` }
      : { pointer, detail };
  });
  const named = errors.some((one) => one.pointer.startsWith("/screen_ids/"));
  return new Problem({ detail: named ? "" : error.message, code: error.code, errors });
}

/**
 * @param {HTMLElement} bar
 * @param {{screens: number, maintenance: {id: string}}} done
 */
function say(bar, done) {
  const said = /** @type {HTMLElement} */ (bar.querySelector("[data-said]"));
  const link = document.createElement("a");
  link.href = `/uptime/maintenance/${done.maintenance.id}`;
  link.textContent = bar.dataset.see ?? "";
  said.className = "bulk-said alert alert-success";
  said.replaceChildren(`${bar.dataset.done?.replace("{n}", String(done.screens))} `, link);
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [
    .../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-pick]")),
  ];
}

/**
 * @param {HTMLElement} bar
 * @param {HTMLInputElement} all
 */
function follow(bar, all) {
  const number = boxes().filter((one) => one.checked).length;
  const chosen = /** @type {HTMLElement} */ (bar.querySelector("[data-chosen]"));
  const acts = /** @type {HTMLElement} */ (bar.querySelector("[data-acts]"));
  chosen.textContent = number ? (chosen.dataset.text?.replace("{n}", String(number)) ?? "") : "";
  acts.hidden = number === 0;
  all.checked = number > 0 && number === boxes().length;
  all.indeterminate = number > 0 && !all.checked;
}

if (typeof document !== "undefined")
  for (const bar of document.querySelectorAll("[data-screens-bulk]"))
    takeChoices(/** @type {HTMLFormElement} */ (bar));
