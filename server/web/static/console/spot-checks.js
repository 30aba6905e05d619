/**
 * Judging spot checks: one pair of pictures at a time, by button or by the keys 1, 2, 3; the next
 * is shown at once, while the verdict is on its way. And photos from a phone, sent as chosen.
 */
import { call, csrfToken, refusalIn } from "./api.js";
import { all, wireEach } from "./on-page.js";

/** @type {Record<string, string>} */
const KEYS = { 1: "good", 2: "bad", 3: "unclear" };
// So many pairs are fetched ahead.
const AHEAD = 3;

/** @param {HTMLElement} box */
function takeVerdicts(box) {
  const queue = all(box, "[data-check]");
  const many = queue.length > 1 || Number(box.dataset.rest) > 0 || box.querySelector("[data-left]");
  let underWay = 0;

  /** @param {string} verdict */
  const judge = async (verdict) => {
    const shown = queue[0];
    if (!shown?.querySelector("[data-judge]")) return;
    queue.shift();
    underWay += 1;
    // Not when a verdict is saved: that can be one given before the refused one, on a slow line.
    showError(box, "");
    if (many) turn(box, shown, queue);
    const wrong = await refusal(shown, verdict);
    if (wrong) {
      queue.unshift(shown);
      if (many) turn(box, queue[1], queue);
      showError(box, `${box.dataset.failed} ${wrong}`);
    }
    underWay -= 1;
    if (queue.length === 0 && underWay === 0) window.location.reload();
  };

  box.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-verdict]");
    if (button instanceof HTMLElement) void judge(button.dataset.verdict ?? "");
  });
  document.addEventListener("keydown", (event) => {
    const typing = /** @type {HTMLElement} */ (event.target).closest("input, select, textarea");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (KEYS[event.key]) void judge(KEYS[event.key]);
  });
}

/**
 * Sends a verdict; why it wasn't taken, or nothing.
 * @param {HTMLElement} shown
 * @param {string} verdict
 * @returns {Promise<string>}
 */
async function refusal(shown, verdict) {
  const place = /** @type {HTMLElement} */ (shown.querySelector("[data-judge]"));
  const note = /** @type {HTMLInputElement | null} */ (shown.querySelector("[data-note]"));
  try {
    await call("POST", place.dataset.judge ?? "", { verdict, note: note?.value ?? "" });
    return "";
  } catch (error) {
    return (error instanceof Error && error.message) || String(error);
  }
}

/**
 * Shows the first of the queue in place of what was shown.
 * @param {HTMLElement} box
 * @param {HTMLElement | undefined} before
 * @param {HTMLElement[]} queue
 */
function turn(box, before, queue) {
  if (before) before.hidden = true;
  for (const next of queue.slice(0, AHEAD))
    for (const picture of all(next, "img[data-src]")) {
      picture.setAttribute("src", picture.dataset.src ?? "");
      picture.removeAttribute("data-src");
    }
  const left = box.querySelector("[data-left]");
  if (left) left.textContent = String(queue.length + Number(box.dataset.rest));
  if (!queue[0]) return;
  queue[0].hidden = false;
  queue[0].focus({ preventScroll: true });
}

/** @param {HTMLElement} box @param {string} text */
function showError(box, text) {
  const problem = /** @type {HTMLElement} */ (box.querySelector("[data-problem]"));
  problem.hidden = !text;
  problem.textContent = text;
}

/** @param {HTMLFormElement} form */
function takePhoto(form) {
  const chosen = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
  const status = /** @type {HTMLElement} */ (form.querySelector("[data-said]"));
  /** @param {string} text @param {string} [tone] */
  const showStatus = (text, tone) => {
    status.className = tone ? `alert ${tone}` : "";
    status.textContent = text;
  };
  const sendChosen = async () => {
    const file = chosen.files?.[0];
    if (!file) return;
    showStatus(form.dataset.sending ?? "");
    chosen.disabled = true;
    try {
      await send(form.dataset.photo ?? "", file);
      showStatus(form.dataset.sent ?? "", "alert-success");
      form.querySelector("label")?.remove();
    } catch (error) {
      chosen.disabled = false;
      chosen.value = "";
      showStatus(error instanceof Error ? error.message : String(error), "alert-danger");
    }
  };
  chosen.addEventListener("change", sendChosen);
  // On a slow line a photo can be chosen before this script is there.
  void sendChosen();
}

/** @param {string} path @param {File} file */
async function send(path, file) {
  const body = new FormData();
  body.append("file", file);
  const headers = { "X-CSRF-Token": csrfToken() };
  const answer = await fetch(path, { method: "POST", headers, body });
  if (!answer.ok) throw await refusalIn(answer);
}

wireEach("[data-review]", takeVerdicts);
wireEach("[data-photo]", takePhoto);
