/**
 * Tabler's styles, cut down to what our templates and scripts name, and to what Chromium 86 supports.
 *
 * Tabler 1.6 writes its colours in oklch(), color-mix() and light-dark(), which browsers that
 * offices run don't read: such declarations are left out here, and console.css gives the colours
 * for light and dark in their place.
 */
import { readFile } from "node:fs/promises";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

const TOO_NEW = /oklch\(|oklab|color-mix\(|light-dark\(|:has\(|\bdvh\b/;
// Shorthands of two sides came with Chromium 87.
const TOO_NEW_PROPERTY = /^(?:padding|margin|inset)-(?:block|inline)$/;
const FULL = "node_modules/@tabler/core/dist/css/tabler.min.css";
const READ = [
  "server/web/templates/**/*.html",
  "server/web/static/console/*.js",
  "server/**/headings.py",
  "server/**/labels.py",
];

/**
 * @param {string} root the repository's folder, with a slash
 * @returns {Promise<string>}
 */
export async function tablerForThesePages(root) {
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: await readFile(`${root}${FULL}`, "utf8") }],
    content: READ.map((pattern) => `${root}${pattern}`),
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  const sheet = postcss.parse(purged.css);
  sheet.walkDecls((declaration) => {
    const { prop, value } = declaration;
    if (TOO_NEW.test(value) || TOO_NEW_PROPERTY.test(prop)) declaration.remove();
  });
  sheet.walkRules((rule) => {
    if (TOO_NEW.test(rule.selector) || rule.nodes.length === 0) rule.remove();
  });
  sheet.walkAtRules((rule) => {
    if (rule.nodes?.length === 0) rule.remove();
  });
  return sheet.toString();
}
