/**
 * How long a list takes once through, in seconds with one decimal.
 * @param {{duration_s?: number, own?: number}[]} entries
 */
export function totalSeconds(entries) {
  const sum = entries.reduce((all, one) => all + (one.own ?? one.duration_s ?? 0), 0);
  return Math.round(sum * 10) / 10;
}
