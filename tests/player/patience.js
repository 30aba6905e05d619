/** In charge of how long tests wait for what has to happen: one number, that only a hang exceeds. */

export const PATIENCE_MS = 60_000;
const EVERY_MS = 50;

/** @param {number} ms */
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Ask again and again until it holds.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} holds
 * @param {() => unknown} [found] reported when it never does
 * @returns {Promise<T>} what held
 */
export async function until(what, holds, found = () => "") {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await holds();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`never: ${what} ${JSON.stringify(await found())}`);
    await sleep(EVERY_MS);
  }
}

/**
 * What is promised, or an error when it takes longer than a hang.
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @param {number} [ms]
 * @returns {Promise<T>}
 */
export async function bounded(what, promise, ms = PATIENCE_MS) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms: ${what}`)), ms);
  });
  return /** @type {Promise<T>} */ (Promise.race([promise, late])).finally(() =>
    clearTimeout(timer),
  );
}
