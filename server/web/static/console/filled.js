/**
 * A sentence of the page with its figures: "{n} screens" is "1 screen" where there is one, as
 * `server/foundation/counted_texts.py` has it for what the server writes.
 */

/**
 * @param {string | undefined} text with names in braces
 * @param {Record<string, string | number>} figures by these names
 */
export function filled(text, figures) {
  return Object.entries(figures).reduce((said, [name, figure]) => {
    const number = String(figure);
    const agreed =
      number === "1"
        ? said.replace(new RegExp(`(\\{${name}\\}(?: more)? [a-z]+)s\\b`, "g"), "$1")
        : said;
    return agreed.replaceAll(`{${name}}`, number);
  }, text ?? "");
}
