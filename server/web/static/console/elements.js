/** Elements that scripts put on a page. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className] its classes
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/**
 * @param {string} className
 * @param {string} text
 * @param {() => void} press
 */
export function button(className, text, press) {
  const made = element("button", className, text);
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

/** @param {string} className @param {(string | Node)[]} items */
export function list(className, items) {
  const made = element("ul", className);
  for (const item of items) made.appendChild(element("li")).append(item);
  return made;
}

/**
 * Words in a box that are read out: an `alert` at once, a `status` when there is time.
 * @param {"alert" | "status"} role
 * @param {string} className
 * @param {string} text
 */
export function notice(role, className, text) {
  const box = element("div", `alert ${className}`, text);
  box.setAttribute("role", role);
  return box;
}
