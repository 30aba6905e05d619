/**
 * Shows a slide while its fields are typed, on each shape of screen.
 */
import { csrfToken } from "./api.js";
import { readForm } from "./form-json.js";

const PAUSE_MS = 150;

/** @param {HTMLFormElement} form */
export function previewWhileTyping(form) {
  const pictures = /** @type {NodeListOf<HTMLImageElement>} */ (
    document.querySelectorAll("[data-preview]")
  );
  const note = /** @type {HTMLElement} */ (document.querySelector("[data-preview-note]"));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let latest = 0;

  const draw = async () => {
    const mine = ++latest;
    const { template, fields } = readForm(form);
    for (const picture of pictures) {
      if (mine !== latest) return;
      const size = picture.dataset.preview ?? "";
      const answer = await drawn({ template, fields: fields ?? {}, ...sizeOf(size) });
      if (mine !== latest) return;
      const first = picture === pictures[0];
      tell(size, first, answer.problem, note);
      if (answer.blob) replace(picture, answer.blob);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void draw(), PAUSE_MS);
  });
  void draw();
}

/** @param {string} size such as 960x540 */
function sizeOf(size) {
  const [width, height] = size.split("x").map(Number);
  return { width, height };
}

/**
 * @param {object} body
 * @returns {Promise<{blob?: Blob, problem: string}>}
 */
async function drawn(body) {
  const response = await fetch("/api/v1/slides/preview", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
    body: JSON.stringify(body),
  });
  if (response.ok) return { blob: await response.blob(), problem: "" };
  const problem = await response.json().catch(() => ({}));
  const details = (problem.errors ?? []).map((/** @type {{detail: string}} */ e) => e.detail);
  return { problem: [...new Set(details.length > 0 ? details : [problem.detail])].join(" ") };
}

/**
 * What is wrong with the fields is said once, below; what doesn't fit one shape, beside it.
 * @param {string} size
 * @param {boolean} first
 * @param {string} problem
 * @param {HTMLElement} note
 */
function tell(size, first, problem, note) {
  const beside = document.querySelector(`[data-note="${CSS.escape(size)}"]`);
  if (first) note.textContent = problem;
  if (beside) beside.textContent = problem === note.textContent ? "" : problem;
}

/**
 * @param {HTMLImageElement} picture
 * @param {Blob} blob
 */
function replace(picture, blob) {
  if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(blob);
}

const form = document.querySelector("form[data-slide]");
if (form instanceof HTMLFormElement) previewWhileTyping(form);
