/** In charge of the preview's time: it runs from any instant, is stopped, or runs faster. */

export class PreviewClock {
  /**
   * @param {() => number} mono monotonic ms
   * @param {number} atMs where it begins; it runs at once
   */
  constructor(mono, atMs) {
    this.mono = mono;
    this.atMs = atMs;
    this.sinceMono = mono();
    this.speed = 1;
    this.runs = true;
  }

  /** Server time that the preview shows, ms. */
  now() {
    if (!this.runs) return this.atMs;
    return this.atMs + (this.mono() - this.sinceMono) * this.speed;
  }

  /** @param {number} atMs */
  set(atMs) {
    this.atMs = atMs;
    this.sinceMono = this.mono();
  }

  /** @param {boolean} runs */
  run(runs) {
    this.set(this.now());
    this.runs = runs;
  }

  /** @param {number} speed above 0 */
  hurry(speed) {
    this.set(this.now());
    this.speed = speed;
  }

  /** How long to wait for an instant, in real ms; Infinity while it is stopped. @param {number} atMs */
  waitFor(atMs) {
    return this.runs ? (atMs - this.now()) / this.speed : Number.POSITIVE_INFINITY;
  }
}
