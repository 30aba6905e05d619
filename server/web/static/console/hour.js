/**
 * Draws the answer of a campaign's check: how an hour fills on the tightest and the typical
 * screen, the longest wait, what gives way. Texts come with the box as data attributes.
 */
import { element, link, list } from "./elements.js";
import { filled, worded } from "./filled.js";

const HOUR_S = 3600;
const ROWS = 6;
const ROW_S = HOUR_S / ROWS;

/**
 * @param {HTMLElement} box element with data-hour
 * @param {{groups: any[], tightest: number | null, typical: number | null, alike: boolean,
 *   names?: Record<string, string>, warnings?: Warning[],
 *   notices?: {name: string, detail: string}[]}} check
 */
export function drawHour(box, check) {
  const texts = box.dataset;
  const names = check.names ?? {};
  // A saved campaign's page has them itself.
  const warnings = box.closest("form") ? (check.warnings ?? []) : [];
  box.replaceChildren(...warnings.map(warning));
  drawNotices(box, check.notices ?? [], texts);
  if (check.groups.length === 0) {
    box.append(element("p", "faint mb-0", texts.none ?? ""));
    return;
  }
  const { tightest, typical } = check;
  if (tightest === typical || tightest === null || typical === null) {
    box.append(describeOne(check, check.groups[tightest ?? typical ?? 0], texts, names));
  } else
    box.append(
      describe(check.groups[tightest], texts.tightest ?? "", texts, names),
      describe(check.groups[typical], texts.typical ?? "", texts, names),
    );
}

/**
 * The one hour that is described, which needn't be that of all screens.
 * @param {{groups: any[], alike: boolean}} check
 * @param {any} group
 * @param {DOMStringMap} texts
 * @param {Record<string, string>} names
 */
function describeOne({ groups, alike }, group, texts, names) {
  const title = (alike ? texts.both : texts.tightest) ?? "";
  return describe(group, title, texts, names, alike ? groups : [group]);
}

/**
 * @typedef {{detail: string, href: string}} Warning
 * @param {Warning} found
 */
function warning(found) {
  const box = element("div", "alert alert-warning", `${found.detail} `);
  box.append(link(found.href, found.href));
  return box;
}

/**
 * What to check in the content before it is signed off.
 * @param {HTMLElement} box
 * @param {{name: string, detail: string}[]} notices
 * @param {DOMStringMap} texts
 */
function drawNotices(box, notices, texts) {
  if (notices.length === 0) return;
  const lines = notices.map((one) => `${one.name}：${one.detail}`);
  box.append(warningOf(texts.notices, lines));
}

/** @param {string | undefined} title @param {string[]} lines */
function warningOf(title, lines) {
  const box = element("div", "alert alert-warning");
  box.append(element("strong", "", title), list("mb-0", lines));
  return box;
}

/**
 * @param {number} seconds
 * @param {string} pattern such as "{m} min {s} s"
 */
export function minutes(seconds, pattern) {
  const whole = Math.round(seconds);
  return worded(pattern, { m: Math.floor(whole / 60), s: whole % 60 });
}

/**
 * @param {any} group
 * @param {string} title
 * @param {DOMStringMap} texts
 * @param {Record<string, string>} names
 * @param {{screens: number}[]} alike groups that the one represents, itself among them
 */
function describe(group, title, texts, names, alike = [group]) {
  const part = element("section", "hour-of", "");
  const kinds = JSON.parse(texts.kinds ?? "{}");
  const kind = kinds[group.venue_kind] ?? group.venue_kind;
  const size = sizeOf(group, kind, texts, alike);
  const head = element("h3", "h4 mb-1", title);
  head.append(element("span", "faint", size));
  part.append(head, figures(group, texts), ...rounded(group.plays_per_day, texts));
  part.append(...boosted(group.boosts ?? [], texts));
  part.append(...stays(group, texts));
  part.append(hourRows(group.hour, texts, names), legend(texts));
  const gave = group.gave_way ?? [];
  const reasons = group.reasons ?? [];
  for (const reason of reasons) part.append(misfit(reason, texts));
  // What can't be signed off makes nobody give way.
  if (gave.length > 0 && reasons.length === 0) part.append(gaveWay(gave, texts));
  if (gave.length + reasons.length === 0)
    part.append(element("p", "good-line mb-0", `✓ ${texts.gaveNone}`));
  return part;
}

/**
 * Why a day has more plays than were asked for: each hour has whole ones.
 * @param {number} plays
 * @param {DOMStringMap} texts with how many a day were asked for, if that is how
 */
export function rounded(plays, texts) {
  const asked = Number(texts.perDay || plays);
  return plays > asked ? [element("p", "faint mb-1", filled(texts.rounded, { n: asked }))] : [];
}

/**
 * What boosts make of the usual figures above, and who gives way then.
 * @param {any[]} boosts
 * @param {DOMStringMap} texts
 */
function boosted(boosts, texts) {
  return boosts.flatMap((one) => [
    element("p", "mb-1", boostLine(one, texts)),
    ...(one.gave_way.length > 0 ? [gaveWay(one.gave_way, texts)] : []),
  ]);
}

/**
 * @param {{factor: number, from: string, until: string, plays_per_hour: number}} boost
 * @param {DOMStringMap} texts
 */
export function boostLine({ factor, from, until, plays_per_hour: n }, texts) {
  // Instants come by the district's clock.
  const clock = (/** @type {string} */ at) => at.slice(5, 16).replace("T", " ");
  return filled(texts.boosted, { from: clock(from), until: clock(until), factor, n });
}

/**
 * Of how many screens it is, and of how many more it holds.
 * @param {{screens: number}} group
 * @param {string} kind
 * @param {DOMStringMap} texts
 * @param {{screens: number}[]} alike
 */
export function sizeOf(group, kind, texts, alike) {
  const all = alike.reduce((sum, one) => sum + one.screens, 0);
  const text = all > group.screens ? texts.example : texts.screens;
  return filled(text, { n: group.screens, kind, all });
}

/**
 * The answer in one sentence, for beside the slider.
 * @param {{groups: any[], tightest: number | null}} check
 * @param {DOMStringMap} texts
 */
export function inOneLine(check, texts) {
  const group = check.groups[check.tightest ?? 0];
  if (!group) return texts.none ?? "";
  const [[, plays], [, day], [, wait]] = figuresOf(group, texts);
  const line = worded(texts.line, { plays, day, wait });
  const fits = group.reasons.length ? texts.refused : group.gave_way.length ? texts.gave : "";
  return [line, ...(fits ? [fits] : [])].join(texts.between ?? ", ");
}

/**
 * Why it can't be kept, in the words of the answer, and what to change.
 * @param {{what: string, parts: string[], factor: string | null, change: string}} reason
 * @param {DOMStringMap} texts
 */
function misfit(reason, texts) {
  const box = element("div", "alert alert-danger", "");
  box.append(element("strong", "", texts.refused ?? ""), element("p", "mb-1", reason.what));
  box.append(list("mb-1", reason.parts));
  if (reason.factor) box.append(element("p", "mb-1", reason.factor));
  box.append(element("p", "change mb-0", reason.change));
  return box;
}

/**
 * @param {any[]} rows
 * @param {DOMStringMap} texts
 */
function gaveWay(rows, texts) {
  const lines = rows.map(({ name, asked, given }) =>
    worded(texts.gaveLine, { name: name ?? texts.hiddenName ?? "", asked, given }),
  );
  return warningOf(texts.gave, lines);
}

/**
 * @param {any} group
 * @param {DOMStringMap} texts
 * @returns {[string, string][]} what it is, and the figure
 */
export function figuresOf(group, texts) {
  const times = (/** @type {number} */ n) => (texts.times ?? "{n}").replace("{n}", String(n));
  const wait = group.longest_wait_s;
  return [
    [texts.plays ?? "", times(group.plays_per_hour)],
    [texts.day ?? "", group.plays_per_day ? times(group.plays_per_day) : "–"],
    [texts.wait ?? "", wait === null ? "–" : waitText(wait, texts)],
    [texts.reach ?? "", share(group.dwell_reach)],
  ];
}

/** @param {number} part */
function share(part) {
  return `${Math.round(part * 100)} %`;
}

/**
 * Who sees it by how long he stays: as is usual in such a place, then passing, waiting, being served.
 * @param {any} group
 * @param {DOMStringMap} texts
 */
function stays(group, texts) {
  const by = group.dwell_by_stay;
  if (!by || group.longest_wait_s === null) return [];
  const usual = worded(texts.usualStay, { t: stayText(group.dwell_s, texts) });
  const parts = Object.entries(by).map(([stay, part]) =>
    worded(texts.stay, { t: stayText(Number(stay), texts), share: share(part) }),
  );
  return [element("p", "stay", `${usual}${parts.join(texts.between ?? ", ")}`)];
}

/**
 * @param {number} seconds
 * @param {DOMStringMap} texts
 */
function stayText(seconds, texts) {
  if (seconds % 60) return (texts.seconds ?? "{s}").replace("{s}", String(seconds));
  return (texts.wholeMinutes ?? "{m}").replace("{m}", String(seconds / 60));
}

/**
 * Below two minutes in seconds alone.
 * @param {number} seconds
 * @param {DOMStringMap} texts
 */
function waitText(seconds, texts) {
  if (seconds < 120) return (texts.seconds ?? "{s}").replace("{s}", String(Math.round(seconds)));
  return minutes(seconds, texts.minutes ?? "{m}:{s}");
}

/**
 * @param {any} group
 * @param {DOMStringMap} texts
 */
function figures(group, texts) {
  const box = element("div", "big-figures", "");
  for (const [name, value] of figuresOf(group, texts)) {
    const one = element("div");
    one.append(element("strong", "", value), element("span", "", name));
    box.append(one);
  }
  return box;
}

/** @param {DOMStringMap} texts */
export function legend(texts) {
  const box = element("div", "legend", "");
  for (const [tone, text] of [
    ["this", texts.this],
    ["other", texts.other],
    ["filler", texts.filler],
  ]) {
    const svg = drawing("svg", { "aria-hidden": "true" });
    svg.append(drawing("rect", { class: `slot-${tone}`, width: "20", height: "20" }));
    const one = element("span", "", "");
    one.append(svg, text ?? "");
    box.append(one);
  }
  return box;
}

/**
 * The hour as six rows of ten minutes, so that each play is wide enough to be seen.
 * @param {{period_s: number, slots: any[]} | null} hour
 * @param {DOMStringMap} texts
 * @param {Record<string, string>} names
 */
export function hourRows(hour, texts, names) {
  const fillers = (texts.fillers ?? "").split(" ");
  const pieces = hour ? piecesOf(hour) : [];
  const box = element("div", "hour-rows", "");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", texts.hourText ?? "");
  for (let row = 0; row < ROWS; row += 1) {
    const svg = drawing("svg", { viewBox: `0 0 ${ROW_S} 10`, preserveAspectRatio: "none" });
    for (const { slot, at, length } of pieces.filter((piece) => piece.row === row)) {
      const own = !slot.campaign || fillers.includes(slot.campaign);
      const tone = slot.this ? "this" : own ? "filler" : "other";
      const x = String(at);
      const rect = drawing("rect", {
        class: `slot-${tone}`,
        x,
        width: String(length),
        height: "10",
      });
      const title = drawing("title", {});
      title.textContent = `${clock(row * ROW_S + at)} ${names[slot.campaign] ?? texts[tone] ?? ""}`;
      rect.append(title);
      svg.append(rect);
    }
    box.append(element("span", "", `:${row}0`), svg);
  }
  return box;
}

/**
 * A loop's slots over a whole hour, cut where a row ends.
 * @template {{at_s: number, duration_s: number}} Slot
 * @param {{period_s: number, slots: Slot[]}} hour
 */
export function piecesOf({ period_s: period, slots }) {
  const pieces = [];
  for (let lap = 0; lap * period < HOUR_S && slots.length > 0; lap += 1)
    for (const slot of slots) {
      let from = lap * period + slot.at_s;
      const until = Math.min(from + slot.duration_s, HOUR_S);
      while (from < until) {
        const row = Math.floor(from / ROW_S);
        const end = Math.min(until, (row + 1) * ROW_S);
        pieces.push({ slot, row, at: from - row * ROW_S, length: end - from });
        from = end;
      }
    }
  return pieces;
}

/** @param {number} seconds into the hour */
function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function drawing(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
