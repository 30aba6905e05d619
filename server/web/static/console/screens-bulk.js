/**
 * Does one thing for all screens that are ticked, in one call: all of them or none. What the API
 * says no to is shown beside its field, or with the screen's name.
 */
import { call, Problem } from "./api.js";
import { clear, setBusy, show } from "./api-form.js";
import { readForm } from "./form-json.js";
import { follow, ticked } from "./picks.js";

/** @param {HTMLFormElement} bar */
function takeChoices(bar) {
  const tell = follow(bar);
  bar.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(bar).then(tell);
  });
  tell();
}

/** @param {HTMLFormElement} bar */
async function send(bar) {
  const chosen = ticked();
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

if (typeof document !== "undefined")
  for (const bar of document.querySelectorAll("[data-screens-bulk]"))
    takeChoices(/** @type {HTMLFormElement} */ (bar));
