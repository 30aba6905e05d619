/**
 * Questions before what hurts: a dialog of our own with what and how many, has the verb on its
 * button and begins on 取消. A form with `data-confirm` (what) is sent after a yes alone;
 * `data-figures` are its numbers in words, with `{names}` if they come from `data-figures-from`, an
 * address of the API, or from what the form's own script put into `data-figures`. `data-verb`
 * is the button's text in place of the form's own.
 */
import { call } from "./api.js";
import { button, element } from "./elements.js";
import { filled } from "./filled.js";

/**
 * @typedef {object} Question
 * @property {string} text what is to be done
 * @property {string} [figures] how many it is for, in words
 * @property {string} verb on the button
 * @property {boolean} [grave] whether it takes something away
 */

/** @type {WeakSet<HTMLFormElement>} */
const agreed = new WeakSet();

/** @param {Document} page */
export function askBefore(page) {
  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.confirm || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void askForForm(form, /** @type {HTMLElement | null} */ (event.submitter));
  });
}

/**
 * What a form asks, with the numbers that are there so far.
 * @param {DOMStringMap} words of the form
 * @param {string} button the words on its own
 * @param {string} tone its classes
 * @returns {Question}
 */
export function questionOf(words, button, tone) {
  return {
    text: words.confirm ?? "",
    figures: words.figuresFrom ? "" : (words.figures ?? ""),
    verb: words.verb ?? button,
    grave: /danger/.test(tone),
  };
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function askForForm(form, submitter) {
  const button = submitter ?? /** @type {HTMLElement} */ (form.querySelector("button"));
  const question = questionOf(form.dataset, button.textContent?.trim() ?? "", button.className);
  const figures = form.dataset.figuresFrom ? figuresOf(form.dataset) : undefined;
  if (!(await ask(question, figures))) return;
  agreed.add(form);
  form.requestSubmit(button instanceof HTMLButtonElement ? button : undefined);
}

/** @param {DOMStringMap} words @returns {Promise<string>} nothing where they can't be had */
async function figuresOf(words) {
  try {
    const found = await call("GET", words.figuresFrom ?? "");
    return filled(words.figures, found);
  } catch {
    return ""; // the question is asked without its numbers
  }
}

/**
 * @param {Question} question
 * @param {Promise<string>} [figures] that come later
 * @returns {Promise<boolean>} whether the person confirmed
 */
export function ask(question, figures) {
  const dialog = element("dialog", "ask");
  const text = element("p", "ask-text", question.text);
  text.id = "ask-text";
  const numbers = element("p", "ask-figures", question.figures);
  numbers.setAttribute("role", "status");
  const acts = element("div", "ask-acts");
  const no = button("btn", document.body.dataset.cancel ?? "", () => dialog.close(""));
  const className = `btn ${question.grave ? "btn-danger" : "btn-primary"}`;
  const yes = button(className, question.verb, () => dialog.close("yes"));
  acts.append(no, yes);
  dialog.append(text, numbers, acts);
  dialog.setAttribute("aria-labelledby", text.id);
  document.body.append(dialog);
  numbers.setAttribute("aria-busy", String(figures !== undefined));
  void figures?.then((words) => {
    numbers.textContent = words;
    numbers.setAttribute("aria-busy", "false");
  });
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    dialog.showModal();
    no.focus();
  });
}
