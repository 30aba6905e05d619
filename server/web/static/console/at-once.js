/** What is chosen from a list with `data-at-once` is applied without a button. */
import { wireEach } from "./on-page.js";

wireEach("select[data-at-once]", (/** @type {HTMLSelectElement} */ list) =>
  list.addEventListener("change", () => list.form?.requestSubmit()),
);

// Whoever comes for a row of a folded table finds it open, and himself at the row.
const row = location.hash ? document.getElementById(location.hash.slice(1)) : null;
const folded = row?.closest("details");
if (row && folded) {
  folded.open = true;
  row.scrollIntoView({ block: "center" });
}
