/**
 * Calls `act` soon, and no more often than every so many ms, however often it is asked to.
 * @param {() => Promise<void>} act
 * @param {() => number} gapMs how long to wait after it was done, asked then
 */
export function calmly(act, gapMs) {
  let waits = false;
  let busy = false;
  const run = async () => {
    waits = false;
    busy = true;
    await act();
    setTimeout(() => {
      busy = false;
      if (waits) void run();
    }, gapMs());
  };
  return () => {
    if (busy) waits = true;
    else void run();
  };
}

const BURST_MS = 2_000;
const SHARE = 10;
const LEAST_GAP_MS = 500;

/**
 * What a page may cost the server: a tenth of the time in the long run, however much goes on, and
 * two seconds at once, so that one change after another is seen at once.
 * @param {number} beganMs
 * @returns {(spentMs: number, nowMs: number) => number} ms to wait after so much was spent
 */
export function budget(beganMs) {
  let credit = BURST_MS;
  let at = beganMs;
  return (spentMs, nowMs) => {
    credit = Math.min(BURST_MS, credit + (nowMs - at) / SHARE) - spentMs;
    at = nowMs;
    return Math.max(LEAST_GAP_MS, -credit * SHARE);
  };
}
