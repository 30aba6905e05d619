/** In charge of a bound screen that plays two pictures: where tests of what may go wrong begin. */
import { until } from "../patience.js";
import { Browser } from "./browser.js";
import { isGreen, isRed } from "./film.js";
import { colourOf, picture } from "./pictures.js";
import { countedOnce } from "./records.js";
import { FakeServer } from "./server.js";

const DAY = 24 * 3600e3;
const SLOT = 2000; // long enough to be seen by who asks from outside, on a busy machine too
const KICK_MS = 4000;

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
    this.anchor = 0;
  }

  /** Slots by turns. @param {any[]} pictures @returns {string} digest */
  publish(pictures) {
    const slots = pictures.map((_, index) => [index * SLOT, SLOT, index, -1]);
    const { anchor } = this;
    return this.server.publish({
      format: 1,
      timezone: "Asia/Shanghai",
      assets: [...pictures, this.blue],
      campaigns: [],
      loops: { L1: { period_ms: pictures.length * SLOT, slots } },
      segments: [{ from: anchor, until: anchor + DAY, loop: "L1", anchor }],
      fallback: pictures.length,
      fit: "contain",
      sound: false,
    });
  }

  async begin() {
    this.anchor = Date.now();
    const port = await this.server.listen();
    this.address = `http://127.0.0.1:${port}/player/`;
    this.server.assign({ manifest: this.publish([this.red, this.green]) });
    await this.browser.open(this.address);
    await this.plays();
  }

  /** The screen is bound, connected and plays the two pictures, whatever a test before left. */
  async restore() {
    const { server, browser } = this;
    Object.assign(server, { forgetful: false, paired: true, portal: false });
    const manifest = this.publish([this.red, this.green]);
    server.assign({ manifest });
    const version = String(server.version);
    await browser.run('dispatchEvent(new Event("online"))');
    await browser.until(
      "the loop of two",
      (facts) => facts.version === version && facts.manifest === manifest && facts.link === "up",
    );
  }

  async end() {
    await this.browser.kill();
    await this.server.close();
    this.browser.forget();
  }

  /** Both pictures come by turns, read off the composited page too. */
  async plays() {
    const { red, green, browser } = this;
    for (const { digest } of [red, green]) {
      await browser.until("the loop", ({ asset }) => asset === digest);
    }
    await until("its colours", async () => {
      const colour = colourOf(await browser.picture());
      return isRed(colour) || isGreen(colour);
    });
  }

  /** A beat that reports it; they come with each connection, so those are cut. @param {string} what @param {(beat: any) => unknown} holds */
  async beats(what, holds) {
    const { server } = this;
    const had = server.beats.length;
    const again = setInterval(() => server.kick(), KICK_MS);
    server.kick();
    const isReported = () => server.beats.slice(had).some(holds);
    const newest = () => server.beats.slice(-1);
    await until(what, isReported, newest).finally(() => clearInterval(again));
  }

  /** @param {string} code of an incident */
  reports(code) {
    return this.beats(code, (beat) =>
      beat.incidents.some((/** @type {any} */ one) => one.code === code),
    );
  }

  /** New plays come in, and of no boot any is missing or there twice. */
  async handsInOnce() {
    const { plays } = this.server;
    const had = plays.length;
    await until("more plays", () => plays.length > had + 2);
    countedOnce(plays);
  }
}
