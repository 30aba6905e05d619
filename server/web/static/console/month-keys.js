/** Arrow keys turn to the month before or after, but where somebody types or chooses. */
document.addEventListener("keydown", (event) => {
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const at = /** @type {HTMLElement} */ (event.target);
  if (!rel || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (at.closest("input, select, textarea, [tabindex='0']")) return;
  const link = document.querySelector(`a[rel="${rel}"]`);
  if (link instanceof HTMLAnchorElement) link.click();
});
