/**
 * A sentence of the page with its figures: "{n} screens" is "1 screen" where there is one, as
 * `server/foundation/counted_texts.py` has it for what the server writes.
 */

/**
 * A whole number with its commas; anything else as it is.
 * @param {string | number} figure
 */
const printed = (figure) =>
  Number.isInteger(figure) ? figure.toLocaleString("en-US") : String(figure);

/**
 * @param {string | undefined} text with names in braces
 * @param {Record<string, string | number>} figures by these names
 */
export function filled(text, figures) {
  return Object.entries(figures).reduce((text, [name, figure]) => {
    const number = printed(figure);
    const agreed =
      number === "1"
        ? text.replace(new RegExp(`(\\{${name}\\}(?: more)? [a-z]+)s\\b`, "g"), "$1")
        : text;
    return agreed.replaceAll(`{${name}}`, number);
  }, text ?? "");
}

/**
 * A sentence of the page with words put in as they are.
 * @param {string | undefined} text with names in braces
 * @param {Record<string, string | number>} words by these names
 */
export function worded(text, words) {
  return Object.entries(words).reduce(
    (text, [name, word]) => text.replace(`{${name}}`, () => String(word)),
    text ?? "",
  );
}
