/**
 * Uploads files with progress, one after another, and follows their processing.
 */
import { call, csrfToken } from "./api.js";

const POLL_MS = 1000;

/** @typedef {{row: HTMLElement, bar: HTMLProgressElement, note: HTMLElement}} Line */

/** @param {HTMLElement} zone element with a file field, a list and its texts as data attributes */
export function takeUploads(zone) {
  const field = /** @type {HTMLInputElement} */ (zone.querySelector('input[type="file"]'));
  const list = /** @type {HTMLElement} */ (zone.querySelector("[data-uploads]"));
  const texts = zone.dataset;
  field.addEventListener("change", () => void uploadAll([...(field.files ?? [])], list, texts));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    void uploadAll([...(event.dataTransfer?.files ?? [])], list, texts);
  });
}

/**
 * @param {File[]} files
 * @param {HTMLElement} list
 * @param {DOMStringMap} texts
 */
async function uploadAll(files, list, texts) {
  const lines = files.map((file) => addLine(list, file.name, texts.waiting ?? ""));
  for (const [place, file] of files.entries()) {
    const line = lines[place];
    try {
      const asset = await send(file, line, texts.broken ?? "");
      if (asset.duplicate) finish(line, `${texts.duplicate}`, `/media/${asset.id}`);
      else void follow(asset.id, line, texts);
    } catch (error) {
      fail(line, error instanceof Error ? error.message : String(error));
    }
  }
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 * @param {string} text
 * @returns {Line}
 */
function addLine(list, name, text) {
  const row = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("progress");
  const note = document.createElement("span");
  label.textContent = name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  note.className = "form-hint";
  note.textContent = text;
  row.append(label, bar, note);
  list.append(row);
  return { row, bar, note };
}

/**
 * @param {File} file
 * @param {Line} line
 * @param {string} broken what is said when the network breaks
 * @returns {Promise<any>}
 */
function send(file, { bar, note }, broken) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/assets");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (event.loaded / event.total) * 0.5;
      note.textContent = `${Math.round((event.loaded / event.total) * 100)} %`;
    });
    request.addEventListener("load", () => settle(request, resolve, reject));
    request.addEventListener("error", () => reject(new Error(broken)));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

/**
 * @param {XMLHttpRequest} request
 * @param {(value: any) => void} resolve
 * @param {(reason: Error) => void} reject
 */
function settle(request, resolve, reject) {
  const answer = parse(request.responseText);
  if (request.status < 300) resolve(answer);
  else reject(new Error(answer?.detail ?? request.statusText));
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} id
 * @param {Line} line
 * @param {DOMStringMap} texts
 */
async function follow(id, line, texts) {
  line.note.textContent = texts.processing ?? "";
  for (;;) {
    const asset = await call("GET", `/api/v1/assets/${id}`);
    if (asset.state === "rejected") return fail(line, asset.reason);
    if (asset.state !== "processing") return finish(line, `${texts.ready}`, `/media/${id}`);
    line.bar.value = 0.5 + (asset.progress ?? 0) / 2;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * @param {Line} line
 * @param {string} text
 * @param {string} href
 */
function finish(line, text, href) {
  line.bar.value = 1;
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  line.note.replaceChildren(link);
  line.row.dataset.state = "ready";
}

/**
 * @param {Line} line
 * @param {string} text
 */
function fail(line, text) {
  line.bar.remove();
  line.note.className = "field-error";
  line.note.textContent = text;
  line.row.dataset.state = "rejected";
}

for (const zone of document.querySelectorAll("[data-upload]"))
  takeUploads(/** @type {HTMLElement} */ (zone));
