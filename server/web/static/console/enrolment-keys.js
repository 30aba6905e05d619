/** Makes an enrolment key, shows it once with what a box needs, and draws the sheet to be printed. */
import { call } from "./api.js";
import { attempt, clear, setBusy, show } from "./api-form.js";
import { element } from "./elements.js";
import { filled, worded } from "./filled.js";
import { readForm } from "./form-json.js";
import { renew } from "./live.js";
import { sendBy, wireEach } from "./on-page.js";
import { showOnce } from "./shown-once.js";

const AT_ONCE = 50;
const MOST = 2000;

/**
 * Serials as they were typed or pasted: one a line, each once.
 * @param {string} text
 */
export function serialsOf(text) {
  const lines = text.split(/[\r\n,，;；\t]+/).map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))].slice(0, MOST);
}

/** @param {ParentNode} page @param {string} name @returns {HTMLElement} */
const part = (page, name) => /** @type {HTMLElement} */ (page.querySelector(`[data-${name}]`));

/** @param {HTMLFormElement} form */
function wire(form) {
  const once = part(document, "key-once");
  sendBy(form, () =>
    attempt(form, async () => {
      showKey(once, await call("POST", "/api/v1/enrolment-keys", readForm(form)));
      setBusy(form, false);
    }),
  );
}

/** @param {HTMLElement} once @param {{id: string, key: string, unit_id: string}} made */
function showKey(once, made) {
  showOnce(part(once, "key"), made.key);
  for (const line of once.querySelectorAll("[data-command]"))
    line.textContent = line.textContent?.replaceAll(/\{KEY\}|ane_[\w-]+/g, made.key) ?? "";
  once.dataset.id = made.id;
  once.dataset.unit = made.unit_id;
  once.hidden = false;
  part(document, "cards").replaceChildren();
  void renew("keys");
  once.focus();
  once.scrollIntoView({ block: "start" });
}

/** @param {HTMLElement} once */
function wireSheet(once) {
  const form = /** @type {HTMLFormElement} */ (part(once, "sheet"));
  const typed = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("serials"));
  const status = part(form, "said");
  part(form, "roster").addEventListener("click", async () => {
    const waiting = await roster(once.dataset.unit ?? "").catch((error) => show(form, error));
    if (!waiting) return;
    typed.value = waiting.join("\n");
    status.textContent = waiting.length ? "" : (status.dataset.none ?? "");
  });
  sendBy(form, () => {
    clear(form);
    void draw(once, serialsOf(typed.value)).catch((error) => show(form, error));
  });
  part(form, "print").addEventListener("click", () => window.print());
}

/** The roster's screens of the unit that no box has come for. @param {string} unit */
async function roster(unit) {
  /** @type {string[]} */
  const serials = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ unit_id: unit, state: "never_seen", limit: "200" });
    if (cursor) query.set("cursor", cursor);
    const found = await call("GET", `/api/v1/screens?${query}`);
    for (const one of found.items) if (one.serial) serials.push(one.serial);
    cursor = found.next ?? "";
  } while (cursor && serials.length < MOST);
  return serials.reverse();
}

/** @param {HTMLElement} once @param {string[]} serials */
async function draw(once, serials) {
  const cards = part(document, "cards");
  const status = part(once, "said");
  cards.replaceChildren();
  for (let at = 0; at < serials.length; at += AT_ONCE) {
    status.textContent = worded(status.dataset.making, { n: at, all: serials.length });
    const body = { key: part(once, "key").textContent, serials: serials.slice(at, at + AT_ONCE) };
    const found = await call("POST", `/api/v1/enrolment-keys/${once.dataset.id}/cards`, body);
    cards.append(.../** @type {any[]} */ (found.items).map((one) => card(one, cards.dataset)));
  }
  status.textContent = filled(status.dataset.made, { n: serials.length });
  part(once, "print").hidden = serials.length === 0;
}

/** @param {{serial: string, screen: string | null, qr_svg: string}} one @param {DOMStringMap} words */
function card(one, words) {
  const box = element("article");
  const code = element("img");
  code.alt = "";
  code.src = `data:image/svg+xml,${encodeURIComponent(one.qr_svg)}`;
  box.append(
    code,
    element("strong", "", one.screen ?? one.serial),
    element("code", "", one.serial),
    element("span", "faint", one.screen ? "" : words.unknown),
  );
  return box;
}

wireEach("form[data-key-form]", wire);
wireEach("[data-key-once]", wireSheet);
