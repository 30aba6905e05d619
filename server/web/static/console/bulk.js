/**
 * Does one thing to many assets: submits, tags or withdraws those that are ticked, one by one by
 * the same API as a single one, and shows which failed and why.
 */
import { call } from "./api.js";
import { ask } from "./confirm.js";
import { element } from "./elements.js";
import { filled } from "./filled.js";
import { renew } from "./live.js";
import { wireEach } from "./on-page.js";
import { passOn } from "./pass-on.js";
import { follow, ticked } from "./picks.js";
import { toast } from "./toast.js";

/** @typedef {{id: string, name: string, tags: string[]}} Asset */

/** @type {Record<string, (asset: Asset, tag: string) => Promise<unknown>>} */
const DEEDS = {
  submit: (asset) => call("POST", `/api/v1/assets/${asset.id}/submit`, {}),
  withdraw: (asset) => call("POST", `/api/v1/assets/${asset.id}/withdraw`, {}),
  tag: (asset, tag) =>
    call("PATCH", `/api/v1/assets/${asset.id}`, { tags: withTag(asset.tags, tag) }),
};

/**
 * @param {string[]} tags
 * @param {string} tag
 */
export function withTag(tags, tag) {
  return tags.includes(tag) ? tags : [...tags, tag];
}

/** @param {HTMLElement} bar */
function takeChoices(bar) {
  const refresh = follow(bar);
  const field = /** @type {HTMLInputElement | null} */ (bar.querySelector("[data-tag]"));
  const shape = /** @type {HTMLSelectElement | null} */ (bar.querySelector("[data-shape]"));
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const deed = button?.dataset.do ?? "";
    const tag = field?.value.trim() ?? "";
    if (deed === "tag" && !tag) return field?.focus();
    if (button?.dataset.go) return go(button.dataset.go);
    if (deed === "picture")
      void doAll(bar, ({ id, name }) => passOn(id, name, shape?.value ?? "1:1")).then(refresh);
    if (deed === "withdraw" && !(await ask(withdrawal(bar, button?.textContent ?? "")))) return;
    if (deed in DEEDS)
      void doAll(bar, (asset) => DEEDS[deed](asset, tag), deed === "tag").then(refresh);
  });
}

/** @param {HTMLElement} bar @param {string} verb */
function withdrawal(bar, verb) {
  const figures = filled(bar.dataset.askFigures, { n: ticked().length });
  return { text: bar.dataset.ask ?? "", figures, verb: verb.trim(), grave: true };
}

/**
 * To a page that begins with what is ticked, in the order of the page from its end: what was made
 * first comes first.
 * @param {string} path
 */
function go(path) {
  const ids = ticked().map((box) => `asset=${encodeURIComponent(box.value)}`);
  window.location.assign(`${path}?${ids.reverse().join("&")}`);
}

/**
 * @param {HTMLElement} bar
 * @param {(asset: Asset) => Promise<unknown>} deed
 * @param {boolean} [canUndo] whether it sets nothing but tags
 */
async function doAll(bar, deed, canUndo = false) {
  const status = /** @type {HTMLElement} */ (bar.querySelector("[data-said]"));
  const failures = [];
  /** @type {import("./toast.js").Undo[]} */
  const undo = [];
  let done = 0;
  bar.setAttribute("aria-busy", "true");
  for (const box of ticked()) {
    const { name = "", tags = "[]" } = box.dataset;
    try {
      await deed({ id: box.value, name, tags: JSON.parse(tags) });
      undo.push(formerTags(box.value, tags));
      box.checked = false;
      done += 1;
    } catch (error) {
      failures.push(`${name}：${error instanceof Error ? error.message : error}`);
    }
  }
  bar.removeAttribute("aria-busy");
  const lines = [bar.dataset.done?.replace("{done}", String(done)) ?? ""];
  if (failures.length)
    lines.push(bar.dataset.failed?.replace("{failed}", String(failures.length)) ?? "", ...failures);
  status.className = `bulk-said alert ${failures.length ? "alert-warning" : "alert-success"}`;
  status.replaceChildren(...lines.map((line) => element("p", "mb-0", line)));
  if (canUndo && done > 0) toast({ text: lines[0], undo });
  await renew("assets");
}

/**
 * The call that gives an asset the tags back that it had.
 * @param {string} id
 * @param {string} tags as JSON
 */
export function formerTags(id, tags) {
  return { method: "PATCH", path: `/api/v1/assets/${id}`, body: { tags: JSON.parse(tags) } };
}

wireEach("[data-bulk]", takeChoices);
