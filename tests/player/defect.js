/** In charge of what a test may never be run once more for: a fault of the product, however busy the machine was. */

/** A black picture, a play counted twice or not at all, a forged order obeyed, a policy broken: the gate searches for the word. */
export class Defect extends Error {
  /** @param {string} what */
  constructor(what) {
    super(`DEFECT: ${what}`);
    this.name = "Defect";
  }
}

/**
 * @param {unknown} holds
 * @param {string} otherwise what it means if it doesn't
 * @throws {Defect}
 */
export function must(holds, otherwise) {
  if (!holds) throw new Defect(otherwise);
}
