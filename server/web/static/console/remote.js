/**
 * Sends commands to a screen and shows what became of them. Buttons follow the screen's link, which
 * the page keeps fresh in the part `remote-link`; what was sent appears in `remote-kept`.
 */
import { call } from "./api.js";
import { renew } from "./live.js";
import { all, wireEach } from "./on-page.js";

/** @typedef {{text: string, tone: "" | "alert-success" | "alert-warning" | "alert-danger"}} Word */

/** @param {HTMLElement} box */
function takeCommands(box) {
  const level = /** @type {HTMLInputElement | null} */ (box.querySelector('[name="level"]'));
  level?.addEventListener("input", () => {
    const shown = box.querySelector("[data-level]");
    if (shown) shown.textContent = level.value;
  });
  box.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.command) return;
    event.preventDefault();
    void send(box, form);
  });
  // The part is replaced by its newer self: then the buttons follow.
  new MutationObserver(() => follow(box)).observe(box, { childList: true, subtree: true });
}

/**
 * @param {HTMLElement} box
 * @param {HTMLFormElement} form
 */
async function send(box, form) {
  const button = form.querySelector("button");
  box.setAttribute("aria-busy", "true");
  follow(box);
  showStatus(box, { text: box.dataset.waiting ?? "", tone: "" });
  const word = await outcome(box.dataset.remote ?? "", bodyOf(form));
  box.removeAttribute("aria-busy");
  showStatus(box, word);
  follow(box);
  button?.focus();
  await Promise.all(["remote-kept", "remote-all"].map(renew));
}

/** @param {HTMLFormElement} form */
function bodyOf(form) {
  const level = /** @type {HTMLInputElement | null} */ (form.querySelector('[name="level"]'));
  return { name: form.dataset.command, args: level ? { level: Number(level.value) } : {} };
}

/**
 * What became of it, in the words in which it is kept.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Word>}
 */
async function outcome(path, body) {
  try {
    const { id } = await call("POST", path, body);
    const { state, summary, screenshot } = await call("GET", `${path}/${id}`);
    if (state !== "answered") return { text: summary, tone: "alert-danger" };
    return { text: summary, tone: TONES[screenshot?.verdict ?? "matches"] };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), tone: "alert-danger" };
  }
}

/** @type {Record<string, Word["tone"]>} */
const TONES = {
  matches: "alert-success",
  differs: "alert-danger",
  not_comparable: "alert-warning",
};

/**
 * @param {HTMLElement} box
 * @param {Word} word
 */
function showStatus(box, { text, tone }) {
  const status = /** @type {HTMLElement} */ (box.querySelector("[data-said]"));
  status.className = tone ? `remote-said alert ${tone}` : "remote-said waiting";
  status.textContent = text;
}

/** Buttons work while the screen has a live link and nothing is under way. @param {HTMLElement} box */
function follow(box) {
  const link = /** @type {HTMLElement | null} */ (box.querySelector("[data-linked]"));
  const off = link?.dataset.linked !== "yes" || box.hasAttribute("aria-busy");
  /** @type {(HTMLButtonElement | HTMLInputElement)[]} */
  const fields = all(box, "[data-command] button, [data-command] input");
  for (const field of fields) if (field.disabled !== off) field.disabled = off;
}

wireEach("[data-remote]", takeCommands);
