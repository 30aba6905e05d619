/**
 * What a form finds wrong before it is sent: an end before its beginning, and a choice of
 * screens that chooses none. Shown where the API's own refusals are.
 */

import { choosesNothing } from "./choice.js";
import { readForm } from "./form-json.js";

/** Names of fields of which the second must not be before the first. */
const SPANS = [
  ["starts_on", "ends_on"],
  ["from", "until"],
  ["from", "to"],
];

/** A shift from 22:00 until 06:00 is right: only days with their dates have an order. */
const isDay = (/** @type {unknown} */ text) => /^\d{4}-\d\d/.test(String(text));

/**
 * @typedef {{pointer: string, detail: string}} Fault
 * @param {Record<string, any>} body as it would be sent
 * @param {{order?: string, scope?: string}} words
 * @param {boolean} choosesScreens
 * @returns {Fault[]}
 */
export function faultsIn(body, words, choosesScreens) {
  /** @type {Fault[]} */
  const found = [];
  for (const [first, last] of SPANS) {
    const [begins, ends] = [body[first], body[last]];
    if (isDay(begins) && isDay(ends) && ends < begins)
      found.push({ pointer: `/${last}`, detail: words.order ?? "" });
  }
  if (choosesScreens && choosesNothing(body.selector ?? {}))
    found.push({ pointer: "/selector/all", detail: words.scope ?? "" });
  return found;
}

/**
 * @param {HTMLFormElement} form
 * @returns {Fault[]}
 */
export function check(form) {
  const { wrongOrder: order, wrongScope: scope } = document.body.dataset;
  const where = form.querySelector("[data-where]") !== null;
  return faultsIn(readForm(form), { order, scope }, where);
}
