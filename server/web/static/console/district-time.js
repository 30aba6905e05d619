/** Instants by the district's clock, whatever zone the browser is in: as its pages show and read them. */

/** The district's zone, as each page names it. */
export const zoneOfPage = () => document.documentElement.dataset.zone ?? "Asia/Shanghai";

/**
 * As date and time fields have it, to the second.
 * @param {number} atMs
 * @param {string} zone
 */
export function districtTime(atMs, zone) {
  return new Date(atMs).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T");
}

/**
 * The instant at which the district's clock shows that.
 * @param {string} local such as 2026-11-24T15:00 or 2026-11-24T15:00:30
 * @param {string} zone
 */
export function districtMs(local, zone) {
  const asUtc = Date.parse(`${local}${local.length === 16 ? ":00" : ""}Z`);
  const ahead = (/** @type {number} */ at) => Date.parse(`${districtTime(at, zone)}Z`) - at;
  // Twice, as the offset near a change of clocks is that of the instant itself.
  return asUtc - ahead(asUtc - ahead(asUtc));
}
