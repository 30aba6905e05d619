/** What is chosen from a list with `data-at-once` is applied without a button. */
import { wireEach } from "./on-page.js";

wireEach("select[data-at-once]", (/** @type {HTMLSelectElement} */ list) =>
  list.addEventListener("change", () => list.form?.requestSubmit()),
);

// A link to a row of a folded table opens the table and leads to the row.
const row = location.hash ? document.getElementById(location.hash.slice(1)) : null;
const folded = row?.closest("details");
if (row && folded) {
  folded.open = true;
  row.scrollIntoView({ block: "center" });
}
