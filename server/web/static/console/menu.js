/**
 * The menu is always open where there is room for it.
 * @param {Document} page
 */
export function keepMenuOpenOnWideScreens(page) {
  const menu = /** @type {HTMLDetailsElement | null} */ (page.querySelector(".menu"));
  if (!menu) return;
  const wide = window.matchMedia("(min-width: 62.01rem)");
  const follow = () => {
    menu.open = wide.matches;
  };
  wide.addEventListener("change", follow);
  follow();
}
