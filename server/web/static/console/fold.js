/**
 * On a phone long cards begin folded and long tables begin short, so that a page can be leafed through by
 * thumb: `data-folded-on-phone` on a card or `details`, `data-first-on-phone` with a number of rows on a table.
 * A card that an address names, or in which a field is wrong, is opened.
 */
import { button } from "./elements.js";
import { worded } from "./filled.js";

const PHONE = "(max-width: 40rem)";

/** @param {Document} page */
export function foldOnPhones(page) {
  const phone = matchMedia(PHONE);
  const change = () => {
    for (const details of page.querySelectorAll("details[data-folded-on-phone]"))
      details.toggleAttribute("open", !phone.matches);
    for (const card of page.querySelectorAll(".card[data-folded-on-phone]:not(details)"))
      if (phone.matches) fold(card);
      else unfold(card);
    for (const table of page.querySelectorAll("table[data-first-on-phone]"))
      if (phone.matches) shorten(/** @type {HTMLTableElement} */ (table));
    openNamed(page);
  };
  change();
  phone.addEventListener("change", change);
  window.addEventListener("hashchange", () => openNamed(page));
  page.addEventListener("invalid", (event) => openAround(event.target), true);
}

/** @param {Element} card */
function fold(card) {
  const heading = card.querySelector(".card-title");
  if (!heading || heading.querySelector("button")) return;
  const turner = button("fold-button", "", () => turn(card, card.hasAttribute("data-folded")));
  turner.append(...heading.childNodes);
  heading.append(turner);
  turn(card, false);
}

/** @param {Element} card */
function unfold(card) {
  const button = card.querySelector(".fold-button");
  button?.replaceWith(...button.childNodes);
  card.removeAttribute("data-folded");
}

/**
 * @param {Element} card
 * @param {boolean} open
 */
function turn(card, open) {
  card.toggleAttribute("data-folded", !open);
  card.querySelector(".fold-button")?.setAttribute("aria-expanded", String(open));
}

/** @param {Document} page */
function openNamed(page) {
  const named = page.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named?.closest("[data-folded]")) return;
  openAround(named);
  named.scrollIntoView(); // what was above it has been folded since
}

/** @param {EventTarget | null} inner */
function openAround(inner) {
  const card = inner instanceof Element ? inner.closest("[data-folded]") : null;
  if (card) turn(card, true);
}

/** @param {HTMLTableElement} table */
function shorten(table) {
  const rest = [...table.tBodies[0].rows].slice(Number(table.dataset.firstOnPhone));
  if (!rest.length || table.hasAttribute("data-short")) return;
  table.dataset.short = "";
  for (const row of rest) row.classList.add("beyond-first");
  const text = worded(table.dataset.rest, { n: rest.length });
  const more = button("btn rest-button no-print", text, () => {
    delete table.dataset.short;
    more.remove();
    rest[0].cells[0].tabIndex = -1;
    rest[0].cells[0].focus();
  });
  (table.closest(".scroll") ?? table).after(more);
}
