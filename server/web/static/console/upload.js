/**
 * Uploads many files, one after another, and follows each until screens could show it.
 */
import { call } from "./api.js";
import { renew } from "./live.js";
import { wireEach } from "./on-page.js";
import { UploadLine } from "./upload-line.js";
import { sendInParts, unfinished } from "./upload-send.js";

const POLL_MS = 1000;
const FIT_KEY = "anping-fit";

/** @typedef {import("./upload-line.js").State} State */

/** One file's way: queued, sending (or paused, or broken off), processing, ready. */
class Upload {
  /**
   * @param {HTMLElement} zone
   * @param {File} file
   * @param {() => void} settled what comes next may begin
   */
  constructor(zone, file, settled) {
    this.line = new UploadLine(zone, file.name);
    this.settled = settled;
    this.asset = "";
    /** @type {Set<string>} what is still being processed */
    this.unsettled = new Set();
    this.thenTo = zone.dataset.then;
    /** @type {Record<string, string>} */
    const metadata = { fit: chosenFit(zone).value };
    const ai = chosenAi(zone);
    if (ai) metadata.ai = ai;
    if (zone.dataset.replaces) metadata.replaces = zone.dataset.replaces;
    this.sending = sendInParts(file, metadata, {
      progress: (fraction) => this.line.state === "sending" && this.line.progress(fraction),
      done: (asset, duplicate, pages) => this.arrived(asset, duplicate, pages),
      failed: (sentence) => {
        this.line.show(sentence ? "refused" : "broken", sentence ?? undefined);
        settled();
      },
    });
    this.line.onAct((act) => void this.act(act));
  }

  /** @returns {State} */
  get state() {
    return this.line.state;
  }

  send() {
    this.line.show("sending");
    void this.sending.start();
  }

  /** @param {string} act */
  async act(act) {
    if (act === "go") this.send();
    if (act === "pause") {
      this.sending.pause();
      this.line.show("paused");
    }
    if (act === "cancel") {
      this.line.show("dropped");
      await this.sending.cancel();
    }
    if (act === "stop") await this.stopProcessing();
    if (act === "dismiss") this.line.row.remove();
    if (act === "pause" || act === "cancel") this.settled();
  }

  async stopProcessing() {
    try {
      for (const asset of this.unsettled) await call("DELETE", `/api/v1/assets/${asset}`);
      this.line.show("dropped");
    } catch (error) {
      this.line.show("refused", error instanceof Error ? error.message : String(error));
    }
    renew("assets");
  }

  /**
   * @param {string} asset
   * @param {boolean} duplicate
   * @param {string[]} pages of a document, of which `asset` is the first
   */
  arrived(asset, duplicate, pages) {
    this.asset = asset;
    this.unsettled = new Set(pages.length ? pages : [asset]);
    if (this.thenTo) window.location.assign(this.thenTo.replace("{id}", asset));
    else if (pages.length) void this.followPages(pages, duplicate);
    else if (duplicate) this.line.show("duplicate", undefined, `/media/${asset}`);
    else void this.follow();
    this.settled();
  }

  async follow() {
    this.line.show("processing");
    renew("assets");
    const asset = await this.processed(this.asset, (fraction) => this.line.progress(fraction));
    if (!asset) return;
    if (asset.state === "rejected") this.line.show("refused", asset.reason);
    else this.line.show("ready", undefined, `/media/${this.asset}`);
    renew("assets");
  }

  /**
   * @param {string[]} pages
   * @param {boolean} duplicate
   */
  async followPages(pages, duplicate) {
    this.line.show("processing");
    this.line.listPages(pages);
    renew("assets");
    let ready = 0;
    for (const [at, page] of pages.entries()) {
      this.line.note(this.line.pagesText(pages.length, ready));
      const asset = await this.processed(page);
      if (!asset) return;
      this.line.showPage(at, asset);
      this.line.progress((at + 1) / pages.length);
      if (asset.state !== "rejected") ready += 1;
    }
    const text = this.line.pagesText(pages.length, ready);
    this.line.show(duplicate ? "duplicate" : "ready", duplicate ? undefined : text);
    renew("assets");
  }

  /**
   * The asset when it isn't processed any more; null if nobody waits for it any more.
   * @param {string} id
   * @param {(fraction: number) => void} [progress]
   */
  async processed(id, progress) {
    while (this.state === "processing") {
      const asset = await call("GET", `/api/v1/assets/${id}`).catch(() => null);
      if (this.state !== "processing") return null;
      if (asset && asset.state !== "processing") {
        this.unsettled.delete(id);
        return asset;
      }
      progress?.(asset?.progress ?? 0);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return null;
  }
}

/**
 * How pictures of another shape are to fill screens.
 * @param {HTMLElement} zone
 */
function chosenFit(zone) {
  return /** @type {HTMLSelectElement} */ (zone.querySelector("[data-fit]"));
}

/**
 * What the author declares on AI-made content in the files that he chooses next; empty if he didn't.
 * @param {HTMLElement} zone
 */
function chosenAi(zone) {
  const field = /** @type {HTMLSelectElement | null} */ (zone.querySelector("[data-ai]"));
  return field?.value ?? "";
}

/** @param {HTMLElement} zone element with a file field, a list, a line's template and its words */
function takeUploads(zone) {
  const field = /** @type {HTMLInputElement} */ (zone.querySelector('input[type="file"]'));
  /** @type {Upload[]} */
  const uploads = [];
  const next = () => {
    if (!uploads.some((one) => one.state === "sending"))
      uploads.find((one) => one.state === "queued")?.send();
  };
  /** @param {Iterable<File>} files */
  const take = (files) => {
    for (const file of files) uploads.push(new Upload(zone, file, next));
    next();
  };
  field.addEventListener("change", () => {
    take([...(field.files ?? [])]);
    field.value = "";
  });
  takeDrops(zone, take);
  rememberFit(zone);
  window.addEventListener("online", () => {
    for (const one of uploads) if (one.state === "broken") one.send();
  });
  window.addEventListener("beforeunload", (event) => {
    if (uploads.some((one) => one.state === "sending" || one.state === "queued"))
      event.preventDefault();
  });
  void showUnfinished(zone);
}

/**
 * @param {HTMLElement} zone
 * @param {(files: Iterable<File>) => void} take
 */
function takeDrops(zone, take) {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

/**
 * What was chosen stays with a reload, so that a file chosen again goes on as it was begun.
 * @param {HTMLElement} zone
 */
function rememberFit(zone) {
  const field = chosenFit(zone);
  const warn = () =>
    zone.querySelector("[data-crop-hint]")?.toggleAttribute("hidden", field.value !== "crop");
  field.addEventListener("change", warn);
  if (!zone.dataset.replaces) field.value = sessionStorage.getItem(FIT_KEY) ?? field.value;
  warn();
  if (zone.dataset.replaces) return;
  field.addEventListener("change", () => sessionStorage.setItem(FIT_KEY, field.value));
}

/** @param {HTMLElement} zone */
async function showUnfinished(zone) {
  const note = /** @type {HTMLElement | null} */ (zone.querySelector("[data-unfinished]"));
  const unsent = await unfinished();
  if (!note || unsent.length === 0) return;
  const names = /** @type {HTMLElement} */ (note.querySelector("[data-names]"));
  names.textContent = unsent.map((one) => one.name).join("、");
  note.hidden = false;
  note.querySelector("button")?.addEventListener("click", async () => {
    for (const one of unsent) await one.forget().catch(() => undefined);
    note.hidden = true;
  });
}

wireEach("[data-upload]", takeUploads);
