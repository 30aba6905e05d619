/** In charge of the glass, and the only module that writes to the page: two layers, panels, facts for a camera. */
import { PlayerError } from "./errors.js";
import { Scope } from "./scope.js";

/** @typedef {{key: string, url: string, kind: "image" | "video", loop: boolean, sound: boolean, offsetMs: number}} Picture */

const DEAD_BAND_MS = 15;
const SEEK_MS = 400;
const LAST_FRAME_S = 0.05;
const LIFT_MS = 5000; // far more than from its instant to the swap
const COVER_MS = 150; // how long the former picture stays beneath: from the page to the glass
const COVER_MOST_MS = 1000; // a hidden page gets no frame callbacks

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} name class
 * @param {(Node | string)[]} inside
 */
export function make(tag, name, ...inside) {
  const node = document.createElement(tag);
  node.className = name;
  node.append(...inside);
  return node;
}

/** @param {Picture | null} picture */
const isVideo = (picture) => picture?.kind === "video";

/** It has a course of its own, that is held against time. @param {Picture | null} picture */
const moves = (picture) => isVideo(picture) && !picture?.loop;

/** One of the two layers: an image and a video element, used for ever; the one behind is given the instant to rise at. */
class Layer {
  constructor() {
    this.image = make("img", "picture");
    this.image.alt = "";
    this.image.decoding = "sync";
    this.video = make("video", "picture");
    this.video.playsInline = true;
    this.video.disableRemotePlayback = true;
    this.box = make("div", "layer", this.image, this.video);
    /** @type {Picture | null} */
    this.picture = null;
    this.scope = new Scope();
    /** @type {Animation | null} */
    this.lift = null;
  }

  clear() {
    this.scope.end();
    this.cool();
    if (this.picture) URL.revokeObjectURL(this.picture.url); // nothing, unless it is a blob's
    this.picture = null;
    this.image.removeAttribute("src");
    if (!this.video.getAttribute("src")) return;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** @param {Picture} picture @param {number} volume 0 to 1 */
  async load(picture, volume) {
    this.clear();
    this.scope = new Scope();
    this.picture = picture;
    this.image.hidden = picture.kind !== "image";
    this.video.hidden = picture.kind !== "video";
    if (picture.kind === "image") {
      this.image.src = picture.url;
      await this.image.decode();
    } else await this.loadVideo(picture, volume);
  }

  /** @param {Picture} picture @param {number} volume */
  async loadVideo({ url, loop, sound, offsetMs }, volume) {
    const { video } = this;
    Object.assign(video, { src: url, loop, muted: !sound, volume, playbackRate: 1 });
    await this.event("loadeddata");
    if (offsetMs <= 0) return;
    const offset = loop ? (offsetMs / 1000) % video.duration : offsetMs / 1000;
    video.currentTime = Math.min(offset, Math.max(0, video.duration - LAST_FRAME_S));
    await this.event("seeked");
  }

  /** @param {string} type */
  event(type) {
    return new Promise((resolve, reject) => {
      this.scope.on(this.video, type, resolve);
      this.scope.on(this.video, "error", () =>
        reject(new PlayerError("asset_failed", this.video.error?.message)),
      );
      this.scope.own(() => reject(new PlayerError("superseded")));
    });
  }

  play() {
    const { video } = this;
    if (!isVideo(this.picture) || !video.paused) return;
    video.play().catch((error) => {
      if (error.name !== "NotAllowedError" || video.muted) return;
      video.muted = true; // a browser that wants a gesture before sound still shows the picture
      this.play();
    });
  }

  /**
   * Too faint to see, yet drawn; the compositor itself lifts it at its instant, however busy the page is.
   * @param {number} atMono
   */
  warm(atMono) {
    this.box.className = "layer warm";
    this.lift = this.box.animate({ opacity: [1, 1] }, LIFT_MS);
    this.lift.startTime = atMono;
  }

  /** Out of sight, and not to be lifted any more. */
  cool() {
    this.box.className = "layer";
    this.lift?.cancel();
  }

  /** Resolves when the browser reports a frame of the video as presented; at once for others. */
  drawn() {
    const { video } = this;
    return new Promise((resolve) => {
      if (video.hidden || !video.requestVideoFrameCallback) return resolve(0);
      video.requestVideoFrameCallback(resolve);
      this.scope.on(video, "ended", resolve); // joined at its end: there is no further frame
      this.scope.after(COVER_MOST_MS, /** @type {() => void} */ (resolve));
    });
  }

  /** On top of the other, or beneath it: that one shines through until this one's frame is there. */
  rise() {
    this.box.className = "layer on top";
  }

  sink() {
    if (this.box.classList.contains("top")) this.box.className = "layer on"; // what was hidden stays so
    this.video.pause();
  }

  hide() {
    this.cool();
    this.video.pause();
  }
}

export class Stage {
  /** @param {HTMLElement} root with the built-in slide in it, which is there before any script */
  constructor(root) {
    this.front = new Layer();
    this.back = new Layer();
    this.builtIn = /** @type {HTMLElement} */ (root.querySelector(".builtin"));
    this.panel = make("div", "panel");
    this.corner = make("div", "corner");
    this.door = make("div", "corner door");
    root.append(this.front.box, this.back.box, this.door, this.corner, this.panel);
    this.panel.hidden = true;
    this.corner.hidden = true;
    this.volume = 1;
    this.drift = 0;
    this.seekedMs = 0;
    this.begunAt = 0;
    /** @type {Promise<void> | null} */
    this.loading = null;
    this.loadingKey = "";
    /** @type {Promise<void>} resolves when the layer behind isn't seen any more */
    this.covered = Promise.resolve();
    /** Counts what was put on the glass, so that a late cover leaves what came after it alone. */
    this.turns = 0;
    this.scope = new Scope();
    this.scope.on(root, "contextmenu", (event) => event.preventDefault());
  }

  /**
   * Load and decode into the layer behind; asking again for the same picture joins.
   * @param {Picture} picture
   * @returns {Promise<void>}
   * @throws {PlayerError} `asset_failed`, or `superseded` by a later call
   */
  prepare(picture) {
    if (this.loading && this.loadingKey === picture.key) {
      URL.revokeObjectURL(picture.url);
      return this.loading;
    }
    this.loadingKey = picture.key;
    this.loading = this.covered
      .then(() => this.back.load(picture, this.volume))
      .catch((error) => {
        if (error instanceof PlayerError) throw error;
        const wanted = this.loadingKey === picture.key; // an image whose source is changed rejects
        throw new PlayerError(wanted ? "asset_failed" : "superseded", error.message);
      });
    return this.loading;
  }

  /** Put what was prepared on the glass; to be called within a frame. */
  swap() {
    [this.front, this.back] = [this.back, this.front];
    this.loading = null;
    this.front.play();
    this.front.rise();
    this.back.sink();
    const mine = ++this.turns;
    this.covered = this.uncovered(mine);
    this.drift = 0;
    this.seekedMs = 0;
    this.begunAt = this.front.video.currentTime;
  }

  /** Take the former picture away when nothing of it can shine through any more. @param {number} turn */
  async uncovered(turn) {
    await this.front.drawn();
    await this.scope.sleep(COVER_MS);
    this.back.hide();
    if (turn === this.turns) this.builtIn.hidden = true;
  }

  /** Nothing but black (off hours), or the built-in slide, at once. @param {boolean} off */
  blank(off) {
    this.turns += 1;
    this.front.hide();
    this.back.hide();
    this.builtIn.hidden = off;
  }

  /**
   * Facts of what is composited, as data attributes for tests and cameras.
   * @param {Record<string, string>} facts
   */
  publish(facts) {
    Object.assign(document.body.dataset, facts);
  }

  /** @param {Node[]} inside none closes it */
  showPanel(...inside) {
    this.fill(this.panel, inside);
  }

  /** @param {Node[]} inside none closes it */
  showCorner(...inside) {
    this.fill(this.corner, inside);
  }

  /** @param {HTMLElement} box @param {Node[]} inside */
  fill(box, inside) {
    box.textContent = "";
    box.append(...inside);
    box.hidden = !inside.length;
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.volume = volume;
    this.front.video.volume = volume;
  }

  /**
   * Keep a video at its place: gently by rate, by a seek when far off.
   * @param {number} wantMs
   */
  steer(wantMs) {
    const { video, picture } = this.front;
    if (!moves(picture) || video.paused || video.seeking) return;
    const off = wantMs - video.currentTime * 1000;
    if (Math.abs(off) > SEEK_MS) {
      video.currentTime = Math.max(0, Math.min(wantMs / 1000, video.duration - LAST_FRAME_S));
      this.seekedMs += off;
      this.drift = 0;
      return;
    }
    this.drift += (off - this.drift) / 5;
    const most = video.muted ? 0.1 : 0.02;
    const rate = Math.abs(this.drift) < DEAD_BAND_MS ? 0 : this.drift / 1000;
    video.playbackRate = 1 + Math.max(-most, Math.min(most, rate));
  }

  /**
   * Milliseconds of a video that really passed since the swap; null for pictures without a course.
   * @returns {number | null}
   */
  advancedMs() {
    const { video, picture } = this.front;
    if (!moves(picture)) return null;
    return (video.currentTime - this.begunAt) * 1000 - this.seekedMs;
  }

  /** Length of the video in front, ms; null for an image. */
  lengthMs() {
    const { video, picture } = this.front;
    return isVideo(picture) && video.duration ? video.duration * 1000 : null;
  }

  /** @param {() => void} failed called when the video in front breaks, or if it has broken already */
  onFailure(failed) {
    const { front } = this;
    const notify = () => front === this.front && failed();
    front.scope.on(front.video, "error", notify);
    if (front.video.error) notify();
  }

  /**
   * The picture in front, small, with a stamp.
   * @param {string} stamp
   * @param {number} mostBytes
   * @returns {string} a data URL, JPEG
   */
  screenshot(stamp, mostBytes) {
    const canvas = make("canvas", "");
    const ratio = innerHeight / innerWidth;
    for (let width = 960, quality = 0.7; ; width *= 0.8, quality *= 0.9) {
      canvas.width = Math.round(width);
      canvas.height = Math.round(width * ratio);
      this.draw(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), stamp);
      const url = canvas.toDataURL("image/jpeg", quality);
      if (url.length * 0.75 <= mostBytes || width < 100) return url;
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} stamp */
  draw(pen, stamp) {
    const { width, height } = pen.canvas;
    const { picture, image, video } = this.front;
    if (picture && this.front.box.classList.contains("top")) {
      const source = picture.kind === "image" ? image : video;
      const w = picture.kind === "image" ? image.naturalWidth : video.videoWidth;
      const h = picture.kind === "image" ? image.naturalHeight : video.videoHeight;
      const scale = Math.min(width / w, height / h);
      const [left, top] = [(width - w * scale) / 2, (height - h * scale) / 2];
      pen.drawImage(source, left, top, w * scale, h * scale);
    }
    pen.font = "14px sans-serif";
    pen.fillStyle = "#000a";
    pen.fillRect(0, height - 22, width, 22);
    pen.fillStyle = "#fff";
    pen.fillText(stamp, 8, height - 7);
  }
}
