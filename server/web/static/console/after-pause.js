/**
 * Calls `act` once nobody has asked for it for so many ms.
 * @param {() => unknown} act
 * @param {number} ms
 */
export function afterPause(act, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
}
