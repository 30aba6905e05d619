const PICTURE_SECONDS = 10;

/**
 * How long an entry is shown that nobody has changed: a clip its length, a slide as long as it was
 * made for, a picture ten seconds.
 * @param {string | undefined} length of the asset itself, in seconds; 0 for a picture
 */
export function ownSeconds(length) {
  return Number(length) > 0 ? Number(length) : PICTURE_SECONDS;
}

/**
 * How long a list takes once through, in seconds with one decimal.
 * @param {{duration_s?: number, own?: number}[]} entries
 */
export function totalSeconds(entries) {
  const sum = entries.reduce((all, one) => all + (one.own ?? one.duration_s ?? 0), 0);
  return Math.round(sum * 10) / 10;
}
