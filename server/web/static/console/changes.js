/**
 * The part of "what changes" that takes the server a moment: how many screens and venues come and
 * go, and the same hour of the same screens before and after, one above the other.
 */
import { call } from "./api.js";
import { element, link, list } from "./elements.js";
import { filled, worded } from "./filled.js";
import { figuresOf, hourRows, legend, rounded, sizeOf } from "./hour.js";
import { wireEach } from "./on-page.js";

/** @typedef {{screens: number, venues: number}} Reach */

/** @param {HTMLElement} card */
async function fill(card) {
  const where = /** @type {HTMLElement} */ (card.querySelector("[data-where-changes]"));
  const hours = /** @type {HTMLElement} */ (card.querySelector("[data-hours-changes]"));
  const id = card.dataset.changes ?? "";
  // Words of the hour, which are with the box that every campaign's page has.
  const box = /** @type {HTMLElement} */ (document.querySelector("[data-hour]"));
  try {
    const found = await call("GET", `/api/v1/campaigns/${id}/changes`);
    where.replaceChildren(...reaches(found.where, id, card.dataset));
    const { tightest, typical, alike: same } = found.how_often;
    const alike = same ? [found.where.gained, found.where.kept] : null;
    const sides = [
      [tightest, same ? box.dataset.both : box.dataset.tightest],
      [typical, box.dataset.typical],
    ];
    const parts = sides
      .filter(([side]) => side)
      .map(([side, title]) => hour(side, title, card, box, alike ?? [side]));
    hours.replaceChildren(...parts);
    if (parts.length === 0) hours.append(element("p", "faint", card.dataset.noScreens ?? ""));
  } catch {
    where.textContent = hours.textContent = card.dataset.failed ?? "";
  }
}

/**
 * @param {Record<string, Reach>} where
 * @param {string} id
 * @param {DOMStringMap} texts
 */
function reaches(where, id, texts) {
  const some = ["gained", "lost", "kept"].filter((side) => where[side].screens > 0);
  return (some.length > 0 ? some : ["kept"]).map((side) => {
    const line = element("span", "", `${texts[side]} `);
    const { screens, venues } = where[side];
    const text = filled(texts.countText, { screens, venues });
    if (screens === 0) line.append(element("strong", "", text));
    else {
      const way = link(`/campaigns/${id}/screens?change=${side}`, "");
      way.append(element("strong", "", text));
      line.append(way);
    }
    return line;
  });
}

/**
 * @param {any} side
 * @param {string | undefined} title
 * @param {HTMLElement} card
 * @param {HTMLElement} box
 * @param {{screens: number}[]} alike the groups that the hour represents
 */
function hour(side, title, card, box, alike) {
  const texts = box.dataset;
  const kinds = JSON.parse(texts.kinds ?? "{}");
  const part = element("section", "hour-of", "");
  const size = sizeOf(side, kinds[side.venue_kind] ?? side.venue_kind, texts, alike);
  const head = element("h4", "h4 mb-1", title ?? "");
  head.append(element("span", "faint", size));
  part.append(head, figures(side, card.dataset, texts));
  part.append(...rounded(side.after.plays_per_day, texts));
  const rows = element("div", "hour-pair", "");
  for (const [name, one] of [
    [card.dataset.before, side.before],
    [card.dataset.after, side.after],
  ]) {
    rows.append(element("strong", "", name ?? ""), hourRows(one.hour, texts, namesOf(side)));
  }
  part.append(rows, legend(texts), ...others(side.others, card.dataset, texts));
  return part;
}

/** @param {{others: {campaign_id: string | null, name: string | null}[]}} side */
function namesOf(side) {
  return Object.fromEntries(side.others.map((one) => [one.campaign_id ?? "", one.name ?? ""]));
}

/**
 * @param {any} side
 * @param {DOMStringMap} words
 * @param {DOMStringMap} texts
 */
function figures(side, words, texts) {
  const table = element("table", "table before-after", "");
  const head = table.appendChild(element("thead", "", "")).appendChild(element("tr", "", ""));
  head.append(
    element("td", "", ""),
    element("th", "num", words.before ?? ""),
    element("th", "num", words.after ?? ""),
  );
  const body = table.appendChild(element("tbody", "", ""));
  const after = figuresOf(side.after, texts);
  for (const [index, [name, old]] of figuresOf(side.before, texts).entries()) {
    const row = body.appendChild(element("tr", "", ""));
    row.append(
      element("th", "", name),
      element("td", "num", old),
      element("td", "num", after[index][1]),
    );
  }
  return table;
}

/**
 * @typedef {{campaign_id: string | null, name: string | null, before: number, after: number}} Other
 * @param {Other[]} rows
 * @param {DOMStringMap} words
 * @param {DOMStringMap} texts
 */
function others(rows, words, texts) {
  const fillers = (texts.fillers ?? "").split(" ");
  const ordered = rows.filter((row) => !fillers.includes(row.campaign_id ?? ""));
  const fewer = ordered.filter((row) => row.after < row.before);
  const more = ordered.filter((row) => row.after > row.before);
  // That filler has more or less room is no promise broken.
  const room = rows.filter((row) => !ordered.includes(row));
  const quiet = room.map((row) => element("p", "faint mb-1", lineOf(row, words, texts)));
  if (fewer.length === 0 && more.length === 0)
    return [element("p", "good-line mb-1", `✓ ${texts.gaveNone}`), ...quiet];
  const boxes = [
    { rows: fewer, tone: "alert-warning", title: texts.gave },
    { rows: more, tone: "alert-success", title: "" },
  ]
    .filter((group) => group.rows.length > 0)
    .map((group) => {
      const box = element("div", `alert ${group.tone}`, "");
      if (group.title) box.append(element("strong", "", group.title));
      box.append(
        list(
          "mb-0",
          group.rows.map((row) => lineOf(row, words, texts)),
        ),
      );
      return box;
    });
  return [...boxes, ...quiet];
}

/**
 * @param {Other} row
 * @param {DOMStringMap} words
 * @param {DOMStringMap} texts
 */
function lineOf(row, words, texts) {
  const { before, after, name } = row;
  const text = after < before ? words.fewer : words.more;
  return worded(text, { name: name ?? texts.hiddenName ?? "", before, after });
}

wireEach("[data-changes]", fill);
