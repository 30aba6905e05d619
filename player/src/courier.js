/** In charge of handing plays in: contiguous batches, safe to repeat, and once more to a server that was restored. */
import { chainOn, chainRow, chainStart, MAX_BATCH, takeRun, toBatch } from "./batches.js";
import { INCIDENTS, PlayerError } from "./errors.js";
import { backOff, jittered, Scope } from "./scope.js";

/** @typedef {import("./store.js").Boot} Boot */
/** @typedef {import("./batches.js").Play} Play */

const HAND_IN_MS = 5000;
const MOST_WAIT_MS = 60000;
const KEEP_PLAYS = 60000; // acknowledged ones: a week of ten-second slots, some 30 MB
const SLACK = 500; // they go in lots, not one by one
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
   * @param {() => void} parts.restored called when the server came back from an older backup
   * @param {number} [parts.keep] acknowledged plays that stay here
   */
  constructor({ store, screen, boot, written, send, sign, incident, restored, keep = KEEP_PLAYS }) {
    this.store = store;
    this.screen = screen;
    this.current = boot;
    this.written = written;
    this.send = send;
    this.sign = sign;
    this.incident = incident;
    this.restored = restored;
    this.keep = keep;
    /** @type {Set<string>} earlier boots of which the server was seen to hold all */
    this.sure = new Set();
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
    const boots = (await this.store.boots()).filter(({ screen }) => screen === this.screen);
    for (const boot of boots) await this.oneBoot(boot);
    await this.forget(boots.reverse());
  }

  /** @param {Boot} boot */
  async oneBoot(boot) {
    try {
      this.steppedBack = false;
      if (boot.boot !== this.current) await this.makeSure(boot);
      while (await this.step(boot));
    } catch (error) {
      // What concerns this boot alone must not keep the plays of the others here.
      if (!isRefusal(error) && !isStuck(error)) throw error;
    }
  }

  /**
   * Nobody asks for plays of an earlier boot that were lost with the server's disk: show it the last one.
   * @param {Boot} boot
   */
  async makeSure(boot) {
    if (this.sure.has(boot.boot)) return;
    const last = await this.store.plays(boot.boot, boot.acked - 1, 1);
    const isStored = last.length && last[0].seq === boot.acked;
    const upto = isStored ? await this.ask(boot, toBatch(last, null)) : boot.acked;
    this.sure.add(boot.boot);
    if (upto < boot.acked) await this.goBack(boot, upto);
  }

  /**
   * What was acknowledged stays for a while, so that a server restored from a backup can have it again.
   * @param {Boot[]} boots newest first
   */
  async forget(boots) {
    const held = boots.reduce((sum, { acked, kept }) => sum + acked - kept, 0);
    let room = held > this.keep + SLACK ? this.keep : held;
    for (const boot of boots) {
      const most = Math.max(boot.kept, boot.acked - room);
      room -= boot.acked - most;
      if (most > boot.kept) await this.drop(boot, most);
      const rest = await this.store.plays(boot.boot, boot.kept, 1);
      if (boot.boot !== this.current && !rest.length && !boot.lost) {
        await this.store.record({ boot, end: true });
      }
    }
  }

  /** @param {Boot} boot @param {number} upto */
  async drop(boot, upto) {
    boot.keptHead = await this.headAt(boot, upto);
    boot.kept = upto;
    await this.store.record({ boot, drop: upto });
  }

  /** @param {Boot} boot @param {number} seq not before `kept` */
  async headAt({ boot, kept, keptHead }, seq) {
    // A boot of release 0.1.0 has it by another name.
    const from = keptHead === undefined && !kept ? await chainStart(boot) : keptHead;
    return this.headAfter(from, await this.store.plays(boot, kept, seq - kept));
  }

  /** @param {Boot} boot @returns {Promise<boolean>} whether there may be more */
  async step(boot) {
    const { lost, acked } = boot;
    if (lost && lost[0] <= acked + 1) return this.declare(boot, lost);
    const held = await this.store.plays(boot.boot, acked, this.limit);
    if (held.length && held[0].seq > acked + 1) return this.giveUp(boot, held[0].seq - 1, "hole");
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
   * @param {string | null} [head] if already computed
   */
  async settle(boot, upto, head) {
    if (upto < boot.acked) return this.goBack(boot, upto);
    if (upto === boot.acked) throw new PlayerError("no_progress", boot.boot);
    const gone = await this.store.plays(boot.boot, boot.acked, upto - boot.acked);
    const covered = gone.filter((play) => play.seq <= upto && !play.open);
    boot.head = head === undefined ? await this.headAfter(boot.head, covered) : head;
    const settled = boot.acked;
    boot.acked = Math.min(upto, covered[covered.length - 1]?.seq || settled);
    await this.store.record({ boot, settled });
    return true;
  }

  /**
   * The server came back from an older backup: it gets again what is still here, and a notice of the rest.
   * @param {Boot} boot
   * @param {number} upto
   * @throws {PlayerError} `no_progress` the second time in one round: no backup, but a server out of its mind
   */
  async goBack(boot, upto) {
    if (this.steppedBack) throw new PlayerError("no_progress", boot.boot);
    this.steppedBack = true;
    this.sure.clear();
    this.restored();
    const { kept, lost } = boot;
    if (upto < kept) {
      const start = upto ? null : await chainStart(boot.boot);
      const gone = lost && lost[0] <= kept + 1 ? lost[1] : kept;
      Object.assign(boot, { lost: [upto + 1, gone, "acknowledged"], head: start });
    } else boot.head = await this.headAt(boot, upto);
    boot.acked = upto;
    await this.store.record({ boot });
    return true;
  }

  /** @param {Boot} boot @param {number} upto @param {string} reason */
  async giveUp(boot, upto, reason) {
    boot.lost = [boot.acked + 1, upto, reason];
    await this.store.record({ boot, settled: boot.acked });
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
    Object.assign(boot, { acked: to, kept: to, keptHead: boot.head, lost: null });
    await this.store.record({ boot, settled: from - 1, drop: to });
    return true;
  }
}
