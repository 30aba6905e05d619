/**
 * Uploads many files, one after another, and follows each until screens could show it.
 */
import { call } from "./api.js";
import { renew } from "./live.js";
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
    this.thenTo = zone.dataset.then;
    /** @type {Record<string, string>} */
    const said = { fit: chosenFit(zone).value };
    if (zone.dataset.replaces) said.replaces = zone.dataset.replaces;
    this.sending = sendInParts(file, said, {
      progress: (fraction) => this.line.state === "sending" && this.line.progress(fraction),
      done: (asset, duplicate) => this.arrived(asset, duplicate),
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
      await call("DELETE", `/api/v1/assets/${this.asset}`);
      this.line.show("dropped");
    } catch (error) {
      this.line.show("refused", error instanceof Error ? error.message : String(error));
    }
    renew("assets");
  }

  /**
   * @param {string} asset
   * @param {boolean} duplicate
   */
  arrived(asset, duplicate) {
    this.asset = asset;
    if (this.thenTo) window.location.assign(this.thenTo.replace("{id}", asset));
    else if (duplicate) this.line.show("duplicate", undefined, `/media/${asset}`);
    else void this.follow();
    this.settled();
  }

  async follow() {
    this.line.show("processing");
    renew("assets");
    while (this.state === "processing") {
      const asset = await call("GET", `/api/v1/assets/${this.asset}`).catch(() => null);
      if (this.state !== "processing") return;
      if (asset?.state === "rejected") this.line.show("refused", asset.reason);
      else if (asset && asset.state !== "processing")
        this.line.show("ready", undefined, `/media/${this.asset}`);
      else {
        this.line.progress(asset?.progress ?? 0);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
    renew("assets");
  }
}

/**
 * How pictures of another shape are to fill screens.
 * @param {HTMLElement} zone
 */
function chosenFit(zone) {
  return /** @type {HTMLSelectElement} */ (zone.querySelector("[data-fit]"));
}

/** @param {HTMLElement} zone element with a file field, a list, a line's template and its words */
export function takeUploads(zone) {
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
  if (zone.dataset.replaces) return;
  field.value = sessionStorage.getItem(FIT_KEY) ?? field.value;
  field.addEventListener("change", () => sessionStorage.setItem(FIT_KEY, field.value));
}

/** @param {HTMLElement} zone */
async function showUnfinished(zone) {
  const note = /** @type {HTMLElement | null} */ (zone.querySelector("[data-unfinished]"));
  const known = await unfinished();
  if (!note || known.length === 0) return;
  const names = /** @type {HTMLElement} */ (note.querySelector("[data-names]"));
  names.textContent = known.map((one) => one.name).join("、");
  note.hidden = false;
  note.querySelector("button")?.addEventListener("click", async () => {
    for (const one of known) await one.forget().catch(() => undefined);
    note.hidden = true;
  });
}

for (const zone of document.querySelectorAll("[data-upload]"))
  takeUploads(/** @type {HTMLElement} */ (zone));
