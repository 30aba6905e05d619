/**
 * 下载图片（转发微信群）: an asset as a picture of the chosen shape, saved under its own name. What the
 * server refuses is shown beside the buttons, and no file with an error in it is saved.
 */
import { Problem, refusalIn } from "./api.js";
import { link } from "./elements.js";

/**
 * @param {string} id
 * @param {string} name
 * @param {string} shape 1:1, 3:4 or 9:16
 */
export async function passOn(id, name, shape) {
  const path = `/api/v1/assets/${id}/image?shape=${encodeURIComponent(shape)}`;
  const answer = await fetch(path);
  if (!answer.ok) throw await refusalIn(answer);
  const file = link(URL.createObjectURL(await answer.blob()), "");
  file.download = fileName(name, shape, answer.headers.get("Content-Type") ?? "");
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 60_000);
}

/**
 * The asset's name without the ending of its file, the shape, and what the picture is.
 * @param {string} name
 * @param {string} shape
 * @param {string} type such as image/png
 */
export function fileName(name, shape, type) {
  const plain = name.replace(/\.[A-Za-z0-9]{1,5}$/, "").replace(/[\\/:*?"<>|]/g, " ");
  return `${plain.trim()} ${shape.replace(":", "x")}.${type.includes("png") ? "png" : "jpg"}`;
}

if (typeof document !== "undefined")
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button[data-pass-on]");
    if (button instanceof HTMLButtonElement) void press(button);
  });

/** @param {HTMLButtonElement} button */
async function press(button) {
  const { passOn: id = "", name = "", shape = "" } = button.dataset;
  const status = button.closest("[data-pass-on-box]")?.querySelector("[data-said]");
  button.disabled = true;
  try {
    await passOn(id, name, shape);
    if (status) status.textContent = "";
  } catch (error) {
    if (status) status.textContent = inWords(error, name);
  }
  button.disabled = false;
}

/**
 * @param {unknown} error
 * @param {string} name
 */
function inWords(error, name) {
  const details = error instanceof Problem ? error.errors.map((one) => one.detail) : [];
  const text = details[0] ?? (error instanceof Error ? error.message : String(error));
  return `${name}：${text}`;
}
