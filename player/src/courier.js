/** In charge of handing plays in: contiguous batches, deleted only when acknowledged, safe to repeat. */
import { chainOn, chainRow, MAX_BATCH, takeRun, toBatch } from "./batches.js";
import { INCIDENTS, PlayerError } from "./errors.js";
import { backOff, jittered, Scope } from "./scope.js";

/** @typedef {import("./store.js").Boot} Boot */
/** @typedef {import("./batches.js").Play} Play */

const HAND_IN_MS = 5000;
const MOST_WAIT_MS = 60000;
const KEEP = new Set([401, 403, 408, 429]);

/** @param {unknown} error A refusal of the batch itself, which the same batch would meet again */
const isRefusal = (error) =>
  error instanceof PlayerError &&
  error.status >= 400 &&
  error.status < 500 &&
  !KEEP.has(error.status);

/** @param {unknown} error */
const isStuck = (error) => error instanceof PlayerError && error.code === "no_progress";

export class Courier {
  /**
   * @param {object} parts
   * @param {import("./store.js").Store} parts.store
   * @param {string} parts.screen
   * @param {string} parts.boot the boot that is still writing
   * @param {() => Promise<void>} parts.written resolves when the log has reached the disk
   * @param {(payload: object) => Promise<any>} parts.send `plays`, over the socket or by POST
   * @param {(text: string) => Promise<string | null>} parts.sign by the screen's own key, if it has one
   * @param {(code: string, detail: string) => void} parts.incident
   */
  constructor({ store, screen, boot, written, send, sign, incident }) {
    this.store = store;
    this.screen = screen;
    this.current = boot;
    this.written = written;
    this.send = send;
    this.sign = sign;
    this.incident = incident;
    this.limit = MAX_BATCH;
    this.failures = 0;
    this.planned = false;
    this.scope = new Scope();
    /** @type {Promise<void> | null} */
    this.round = null;
  }

  /**
   * Hand in after a while, so that one batch carries several plays; again until it succeeds.
   * @param {number} [ms]
   */
  handInSoon(ms = HAND_IN_MS) {
    if (this.planned && ms) return;
    this.planned = true;
    this.scope.after(jittered(ms), () => this.tryToHandIn());
  }

  async tryToHandIn() {
    try {
      await this.written();
      this.planned = false; // what is recorded from now on needs another round
      await this.handIn();
      this.failures = 0;
    } catch (error) {
      const asked = error instanceof PlayerError ? error.retryAfterMs : 0;
      this.handInSoon(asked || backOff(this.failures, MOST_WAIT_MS));
      this.failures += 1;
    }
  }

  /**
   * Hand in all there is; a second call joins the first.
   * @throws {PlayerError} when the server can't be reached, is busy or refuses the credential
   */
  handIn() {
    this.round ??= this.everyBoot().finally(() => {
      this.round = null;
    });
    return this.round;
  }

  async everyBoot() {
    for (const boot of await this.store.boots()) {
      if (boot.screen !== this.screen) continue;
      await this.oneBoot(boot);
      const rest = await this.store.plays(boot.boot, boot.acked, 1);
      if (boot.boot !== this.current && !rest.length && !boot.lost) {
        await this.store.record({ boot, end: true });
      }
    }
  }

  /** @param {Boot} boot */
  async oneBoot(boot) {
    try {
      while (await this.step(boot));
    } catch (error) {
      // What concerns this boot alone must not keep the plays of the others here.
      if (!isRefusal(error) && !isStuck(error)) throw error;
    }
  }

  /** @param {Boot} boot @returns {Promise<boolean>} whether there may be more */
  async step(boot) {
    if (boot.lost) return this.declare(boot, boot.lost);
    const held = await this.store.plays(boot.boot, boot.acked, this.limit);
    if (held.length && held[0].seq > boot.acked + 1) {
      return this.giveUp(boot, held[0].seq - 1, "hole");
    }
    const run = takeRun(held, this.limit);
    return run.length > 0 && this.deliver(boot, run);
  }

  /** @param {Boot} boot @param {Play[]} run */
  async deliver(boot, run) {
    const last = run[run.length - 1].seq;
    const head = await this.headAfter(boot.head, run);
    /** @type {any} */
    const batch = toBatch(run, head);
    const signature = head && (await this.sign([boot.boot, batch.first, last, head].join("|")));
    if (signature) batch.signature = signature;
    try {
      const upto = await this.ask(boot, batch);
      this.limit = Math.min(MAX_BATCH, this.limit * 2);
      return this.settle(boot, upto, upto === last ? head : undefined);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.limit = Math.max(1, run.length >> 1);
      return run.length > 1 || this.giveUp(boot, last, "refused");
    }
  }

  /** @param {string | null} head @param {readonly Play[]} plays */
  async headAfter(head, plays) {
    let after = head;
    for (const play of plays) after = after && (await chainOn(after, chainRow(play)));
    return after;
  }

  /** @param {Boot} boot @param {object} payload @returns {Promise<number>} upto */
  async ask(boot, payload) {
    const answer = await this.send(payload);
    const upto = answer?.upto;
    // A captive portal answers 200 too: only an answer about this boot lets anything go.
    if (answer?.boot !== boot.boot || !Number.isSafeInteger(upto) || upto < 0) {
      throw new PlayerError("bad_answer", "plays");
    }
    return upto;
  }

  /**
   * The server holds everything up to `upto`: let it go here.
   * @param {Boot} boot
   * @param {number} upto
   * @param {string | null} [head] if already known
   */
  async settle(boot, upto, head) {
    if (upto < boot.acked) return this.goBack(boot, upto);
    if (upto === boot.acked) throw new PlayerError("no_progress", boot.boot);
    const gone = await this.store.plays(boot.boot, boot.acked, upto - boot.acked);
    const covered = gone.filter((play) => play.seq <= upto && !play.open);
    boot.head = head === undefined ? await this.headAfter(boot.head, covered) : head;
    const before = boot.acked;
    boot.acked = Math.min(upto, covered[covered.length - 1]?.seq ?? before);
    await this.store.record({ boot, drop: [before, boot.acked] });
    return true;
  }

  /**
   * The server came back from an older backup: what was acknowledged and deleted can't be sent again.
   * @param {Boot} boot
   * @param {number} upto
   */
  async goBack(boot, upto) {
    const lost = /** @type {Boot["lost"]} */ ([upto + 1, boot.acked, "acknowledged"]);
    Object.assign(boot, { lost, acked: upto, head: null });
    await this.store.record({ boot });
    return true;
  }

  /** @param {Boot} boot @param {number} upto @param {string} reason */
  async giveUp(boot, upto, reason) {
    boot.lost = [boot.acked + 1, upto, reason];
    await this.store.record({ boot, drop: [boot.acked, upto] });
    this.incident(INCIDENTS.lostRange, `${boot.boot} ${boot.acked + 1}-${upto} ${reason}`);
    return true;
  }

  /** @param {Boot} boot @param {[number, number, string]} lost */
  async declare(boot, lost) {
    const [from, to, reason] = lost;
    const upto = await this.ask(boot, { boot: boot.boot, lost: [lost] });
    if (upto < from - 1) return this.goBack(boot, upto);
    if (upto < to) throw new PlayerError("no_progress", boot.boot);
    boot.head = boot.head && (await chainOn(boot.head, ["lost", from, to, reason]));
    Object.assign(boot, { acked: to, lost: null });
    await this.store.record({ boot });
    return true;
  }
}
