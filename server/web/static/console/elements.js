/** Elements that scripts put on a page. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [look] its classes
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, look = "", text = "") {
  const made = document.createElement(tag);
  if (look) made.className = look;
  made.textContent = text;
  return made;
}

/**
 * @param {string} look
 * @param {string} text
 * @param {() => void} press
 */
export function button(look, text, press) {
  const made = element("button", look, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

/** @param {string} href @param {string} text */
export function link(href, text) {
  const made = element("a", "", text);
  made.href = href;
  return made;
}

/** @param {string} look @param {(string | Node)[]} items */
export function list(look, items) {
  const made = element("ul", look);
  for (const item of items) made.appendChild(element("li")).append(item);
  return made;
}

/**
 * Words in a box that are read out: an `alert` at once, a `status` when there is time.
 * @param {"alert" | "status"} role
 * @param {string} look
 * @param {string} text
 */
export function notice(role, look, text) {
  const box = element("div", `alert ${look}`, text);
  box.setAttribute("role", role);
  return box;
}
