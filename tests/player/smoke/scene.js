/** In charge of a bound screen that plays two pictures: where tests of what may go wrong begin. */
import assert from "node:assert/strict";
import { Browser } from "./browser.js";
import { colourOf, picture } from "./pictures.js";
import { FakeServer } from "./server.js";

const HOUR = 3600e3;

/** @param {number} ms */
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {string} what @param {() => unknown} holds @param {number} [ms] */
export async function until(what, holds, ms = 20000) {
  for (const end = Date.now() + ms; !(await holds()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
  }
}

export class Scene {
  /** @param {Record<string, string>} release of the player */
  constructor(release) {
    this.server = new FakeServer();
    this.server.release = release;
    this.server.paired = true;
    this.browser = new Browser();
    this.red = this.server.add(picture("red"));
    this.green = this.server.add(picture("green"));
    this.blue = this.server.add(picture("blue"));
  }

  /** Slots of a second by turns. @param {any[]} pictures @returns {string} digest */
  publish(pictures) {
    const slots = pictures.map((_, index) => [index * 1000, 1000, index, -1]);
    const from = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
    return this.server.publish({
      format: 1,
      timezone: "Asia/Shanghai",
      assets: [...pictures, this.blue],
      campaigns: [],
      loops: { L1: { period_ms: pictures.length * 1000, slots } },
      segments: [{ from, until: from + 48 * HOUR, loop: "L1", anchor: from }],
      fallback: pictures.length,
      fit: "contain",
      sound: false,
    });
  }

  async begin() {
    const port = await this.server.listen();
    this.address = `http://127.0.0.1:${port}/player/`;
    this.server.assign({ manifest: this.publish([this.red, this.green]) });
    await this.browser.open(this.address);
    await this.plays();
  }

  async end() {
    await this.browser.kill();
    await this.server.close();
    this.browser.forget();
  }

  /** Both pictures come by turns, read off the composited page too. @param {number} [ms] */
  async plays(ms = 30000) {
    const { red, green, browser } = this;
    for (const { digest } of [red, green, red]) {
      await browser.until("the loop", ({ asset }) => asset === digest, ms);
    }
    await until("its colours", async () => {
      const [r, g, b] = colourOf(await browser.picture());
      return Math.max(r, g) > 90 && Math.min(r, g) < 30 && b < 30;
    });
  }

  /** A beat that says it; they come with each connection, so those are cut. @param {string} what @param {(beat: any) => unknown} holds */
  async beats(what, holds) {
    const had = this.server.beats.length;
    const again = setInterval(() => this.server.kick(), 4000);
    this.server.kick();
    await until(what, () => this.server.beats.slice(had).some(holds), 45000).finally(() =>
      clearInterval(again),
    );
  }

  /** @param {string} code of an incident */
  reports(code) {
    return this.beats(code, (beat) =>
      beat.incidents.some((/** @type {any} */ one) => one.code === code),
    );
  }

  /** New plays come in, and of no boot any is missing or there twice. */
  async handsInOnce() {
    const had = this.server.plays.length;
    await until("more plays", () => this.server.plays.length > had + 2, 60000);
    for (const boot of new Set(this.server.plays.map((play) => play.boot))) {
      const seqs = this.server.plays.filter((play) => play.boot === boot).map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        seqs.map((_, index) => index + 1),
      );
    }
  }
}
