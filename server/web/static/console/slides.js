/**
 * Shows a slide while its fields are typed, at the chosen shape.
 */
import { csrfToken } from "./api.js";
import { readForm } from "./form-json.js";

const PAUSE_MS = 150;

/** @param {HTMLFormElement} form */
export function previewWhileTyping(form) {
  const picture = /** @type {HTMLImageElement} */ (document.querySelector("[data-preview]"));
  const note = /** @type {HTMLElement} */ (document.querySelector("[data-preview-note]"));
  const shape = /** @type {HTMLSelectElement | null} */ (document.querySelector("[data-shape]"));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let latest = 0;

  const draw = async () => {
    const mine = ++latest;
    const [width, height] = (shape?.value ?? "960x540").split("x").map(Number);
    const { template, fields } = readForm(form);
    const response = await fetch("/api/v1/slides/preview", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
      body: JSON.stringify({ template, fields: fields ?? {}, width, height }),
    });
    if (mine !== latest) return;
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      const details = (problem.errors ?? []).map((/** @type {{detail: string}} */ e) => e.detail);
      note.textContent = [problem.detail, ...details].filter(Boolean).join(" ");
      return;
    }
    note.textContent = "";
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(await response.blob());
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void draw(), PAUSE_MS);
  };
  form.addEventListener("input", soon);
  shape?.addEventListener("change", soon);
  void draw();
}

const form = document.querySelector("form[data-slide]");
if (form instanceof HTMLFormElement) previewWhileTyping(form);
