/** A choice of screens, as the API has it (a selector). */

/**
 * Whether no screen can be chosen, so that nobody need be asked.
 * @param {any} selector
 */
export function choosesNothing(selector) {
  const lists = Object.values(selector ?? {}).filter((one) => Array.isArray(one));
  return !selector?.all && lists.every((one) => one.length === 0);
}
