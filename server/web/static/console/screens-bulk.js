/**
 * Does one thing for many screens in one call: those that are ticked, or all that the list's filter
 * finds. Records change for all or for none; what the API refuses is shown beside its field, or
 * with the screen's name. Commands go out by and by: the page of the act shows the progress.
 */
import { Problem, perform } from "./api.js";
import { attempt, clear } from "./api-form.js";
import { ask } from "./confirm.js";
import { readForm } from "./form-json.js";
import { all, sendBy, wireEach } from "./on-page.js";
import { follow, ticked } from "./picks.js";

const PATH = "/api/v1/screens/bulk";

/** @param {HTMLFormElement} bar */
function takeChoices(bar) {
  const refresh = follow(bar);
  const act = /** @type {HTMLSelectElement} */ (bar.querySelector("[data-act]"));
  const beyond = beyondOf(bar);
  act.addEventListener("change", () => fit(bar, act.value));
  beyond?.addEventListener("change", refresh);
  // Called after the listener of `follow`: all that the filter finds are chosen with no tick on the page too.
  document.addEventListener("change", () => {
    const acts = /** @type {HTMLElement} */ (bar.querySelector("[data-acts]"));
    if (beyond?.checked) acts.hidden = false;
  });
  sendBy(bar, () => send(bar, act.selectedOptions[0].textContent ?? ""));
  fit(bar, act.value);
  refresh();
}

/** @param {HTMLElement} bar @returns {HTMLInputElement | null} */
const beyondOf = (bar) => bar.querySelector("[data-beyond]");

/**
 * Shows what an act needs; what it doesn't is left out of what is sent.
 * @param {HTMLElement} bar
 * @param {string} act
 */
function fit(bar, act) {
  for (const part of all(bar, "[data-for]")) {
    part.hidden = !part.dataset.for?.split(" ").includes(act);
    for (const field of /** @type {HTMLInputElement[]} */ (all(part, "input, select")))
      field.disabled = part.hidden;
  }
}

/**
 * @param {HTMLFormElement} bar
 * @param {string} verb of the act
 */
async function send(bar, verb) {
  const chosen = ticked();
  const beyond = beyondOf(bar);
  const all = beyond?.checked ?? false;
  const count = all ? (beyond?.value ?? "") : String(chosen.length);
  const question = bar.dataset.ask?.replace("{n}", count).replace("{act}", verb);
  clear(bar);
  if (question && !(await ask({ text: question, verb, grave: true }))) return;
  const act = async () => {
    const which = all
      ? { filter: JSON.parse(bar.dataset.filter ?? "{}") }
      : { screen_ids: chosen.map((one) => one.value) };
    await begin({ ...withTags(readForm(bar)), ...which });
  };
  const names = chosen.map((one) => one.dataset.name ?? one.value);
  await attempt(bar, act, (error) => withNames(error, names));
}

/** Begins an act, and leads to its page. @param {unknown} body */
async function begin(body) {
  const done = await perform("POST", PATH, body);
  window.location.assign(`/screens/bulk/${done.id}`);
}

/**
 * Tags as people write them, by commas of either kind.
 * @param {Record<string, unknown>} body
 */
export function withTags(body) {
  if (typeof body.tags !== "string") return body;
  const tags = body.tags.split(/[,，、]/).map((one) => one.trim());
  return { ...body, tags: tags.filter(Boolean) };
}

/**
 * What is wrong with one of the screens, shown with its name.
 * @param {unknown} error
 * @param {string[]} names
 */
export function withNames(error, names) {
  if (!(error instanceof Problem)) return error;
  const errors = error.errors.map(({ pointer, detail }) => {
    const name = names[Number(/^\/screen_ids\/(\d+)$/.exec(pointer)?.[1])];
    return name ? { pointer, detail: `${name}：${detail}` } : { pointer, detail };
  });
  const named = errors.some((one) => one.pointer.startsWith("/screen_ids"));
  return new Problem({ detail: named ? "" : error.message, code: error.code, errors });
}

/** The page of an act: again for those that failed. @param {HTMLFormElement} form */
function offerAgain(form) {
  sendBy(form, async () => {
    const verb = form.querySelector("button")?.textContent?.trim() ?? "";
    if (await ask({ text: form.dataset.ask ?? "", verb }))
      await attempt(form, () => begin(JSON.parse(form.dataset.again ?? "{}")));
  });
}

wireEach("[data-screens-bulk]", takeChoices);
wireEach("[data-again]", offerAgain);
