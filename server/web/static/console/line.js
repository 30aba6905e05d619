/**
 * The page's line to the server: when to try again, and what is shown of it meanwhile.
 * A line that breaks once is quietly opened again (the server restarts, a train leaves a tunnel);
 * one that stays away is reported, and tried every half minute.
 */
export const RETRY_MS = 30_000;
const FIRST_MS = 1_000;
const SPREAD_MS = 4_000;

const ENDED = "unauthorized";

/**
 * @param {number} failures in a row, 0 after a line that was up
 * @param {number} chance 0 to 1
 * @returns {number} ms until the next try: not all pages of an office at once
 */
export function wait(failures, chance) {
  return failures === 0 ? FIRST_MS + chance * SPREAD_MS : RETRY_MS;
}

/**
 * Opens the line and keeps it.
 * @param {any} socket of Socket.IO, made without its own way to come back
 * @param {{up: () => void, down: (failures: number) => void, ended: () => void}} callbacks
 * @param {{later: (act: () => void, ms: number) => unknown, chance: () => number}} by
 */
export function keepLine(socket, callbacks, by) {
  let failures = -1;
  let waiting = false;
  const lost = () => {
    failures += 1;
    callbacks.down(failures);
    if (waiting) return;
    waiting = true;
    by.later(
      () => {
        waiting = false;
        if (!socket.connected) socket.connect();
      },
      wait(failures, by.chance()),
    );
  };
  socket.on("connect", () => {
    failures = -1;
    callbacks.up();
  });
  socket.on("disconnect", lost);
  socket.on("connect_error", (/** @type {{data?: {code?: string}} | undefined} */ error) => {
    // The session is over: no other try would be let in.
    if (error?.data?.code === ENDED) callbacks.ended();
    else lost();
  });
  return () => {
    if (!socket.connected) socket.connect();
  };
}
