/**
 * Draws the answer of a campaign's check: how an hour fills on the tightest and the typical
 * screen, the longest wait, what gives way. Texts come with the box as data attributes.
 */

/**
 * @param {HTMLElement} box element with data-hour
 * @param {{groups: any[], tightest: number | null, typical: number | null, warnings?: Warning[]}} check
 */
export function drawHour(box, check) {
  const texts = box.dataset;
  // A saved campaign's page says them by itself.
  const warnings = box.closest("form") ? (check.warnings ?? []) : [];
  box.replaceChildren(...warnings.map(warning));
  if (check.groups.length === 0) {
    box.append(element("p", "faint mb-0", texts.none ?? ""));
    return;
  }
  const { tightest, typical } = check;
  if (tightest === typical || tightest === null || typical === null)
    box.append(describe(check.groups[tightest ?? typical ?? 0], texts.both ?? "", texts));
  else
    box.append(
      describe(check.groups[tightest], texts.tightest ?? "", texts),
      describe(check.groups[typical], texts.typical ?? "", texts),
    );
}

/**
 * @typedef {{detail: string, href: string}} Warning
 * @param {Warning} found
 */
function warning(found) {
  const box = element("div", "alert alert-warning", `${found.detail} `);
  const link = element("a", "", found.href);
  link.setAttribute("href", found.href);
  box.append(link);
  return box;
}

/**
 * The share of the hour that campaigns take, 0 to 1.
 * @param {{period_s: number, slots: {campaign: string | null, duration_s: number}[]}} hour
 * @param {string | null} [filler] the venue's own content
 */
export function shareTaken(hour, filler = null) {
  const taken = hour.slots.filter((slot) => slot.campaign && slot.campaign !== filler);
  return taken.reduce((sum, slot) => sum + slot.duration_s, 0) / (hour.period_s || 1);
}

/**
 * @param {number} seconds
 * @param {string} pattern such as "{m} min {s} s"
 */
export function minutes(seconds, pattern) {
  const whole = Math.round(seconds);
  return pattern.replace("{m}", String(Math.floor(whole / 60))).replace("{s}", String(whole % 60));
}

/**
 * @param {any} group
 * @param {string} title
 * @param {DOMStringMap} texts
 */
function describe(group, title, texts) {
  const part = element("section", "mb-3", "");
  const size = (texts.screens ?? "").replace("{n}", String(group.screens));
  part.append(element("h3", "h4 mb-1", `${title} · ${size}`), hourLine(group.hour, texts));
  part.append(legend(texts), figures(group, texts));
  const gave = group.gave_way ?? [];
  const refused = group.refused ?? [];
  for (const reason of group.reasons ?? []) part.append(misfit(reason, texts));
  if (gave.length === 0 && refused.length === 0)
    part.append(element("p", "faint mb-0", texts.gaveNone ?? ""));
  if (gave.length > 0) part.append(gaveWay(gave, texts));
  return part;
}

/**
 * Why it can't be kept, in the words of the answer, and what to change.
 * @param {{what: string, parts: string[], factor: string | null, change: string}} reason
 * @param {DOMStringMap} texts
 */
function misfit(reason, texts) {
  const box = element("div", "alert alert-danger", "");
  box.append(element("strong", "", texts.refused ?? ""), element("p", "mb-1", reason.what));
  const list = element("ul", "mb-1", "");
  for (const line of reason.parts) list.append(element("li", "", line));
  box.append(list);
  if (reason.factor) box.append(element("p", "mb-1", reason.factor));
  box.append(element("p", "change mb-0", reason.change));
  return box;
}

/**
 * @param {any[]} rows
 * @param {DOMStringMap} texts
 */
function gaveWay(rows, texts) {
  const box = element("div", "alert alert-warning", "");
  box.append(element("strong", "", texts.gave ?? ""));
  const list = document.createElement("ul");
  list.className = "mb-0";
  for (const row of rows) {
    const line = (texts.gaveLine ?? "")
      .replace("{name}", row.name ?? texts.hiddenName ?? "")
      .replace("{asked}", String(row.asked))
      .replace("{given}", String(row.given));
    list.append(element("li", "", line));
  }
  box.append(list);
  return box;
}

/**
 * @param {any} group
 * @param {DOMStringMap} texts
 */
function figures(group, texts) {
  const box = element("div", "big-figures", "");
  const wait = group.longest_wait_s;
  /** @type {[string | undefined, string][]} */
  const shown = [
    [texts.plays, (texts.times ?? "{n}").replace("{n}", String(group.plays_per_hour))],
    [texts.wait, wait === null ? "–" : minutes(wait, texts.minutes ?? "{m}:{s}")],
    [texts.reach, `${Math.round(group.dwell_reach * 100)} %`],
  ];
  for (const [name, value] of shown) {
    const one = document.createElement("div");
    one.append(element("strong", "", value), element("span", "", name ?? ""));
    box.append(one);
  }
  return box;
}

/** @param {DOMStringMap} texts */
function legend(texts) {
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
 * The hour as a line of coloured slots.
 * @param {{period_s: number, slots: any[]} | null} hour
 * @param {DOMStringMap} texts
 */
function hourLine(hour, texts) {
  const line = element("div", "hour-line", "");
  const svg = drawing("svg", {
    viewBox: `0 0 ${hour?.period_s ?? 3600} 10`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": texts.hourText ?? "",
  });
  const fillers = (texts.fillers ?? "").split(" ");
  for (const slot of hour?.slots ?? []) {
    const own = !slot.campaign || fillers.includes(slot.campaign);
    const tone = slot.this ? "this" : own ? "filler" : "other";
    svg.append(
      drawing("rect", {
        class: `slot-${tone}`,
        x: String(slot.at_s),
        width: String(slot.duration_s),
        height: "10",
      }),
    );
  }
  line.append(svg);
  return line;
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

/**
 * @param {string} name
 * @param {string} css
 * @param {string} text
 */
export function element(name, css, text) {
  const made = document.createElement(name);
  if (css) made.className = css;
  made.textContent = text;
  return made;
}
