/** Figures entered by hand: a row is sent once it has a value, for a unit that is chosen above. */
import { all, wireEach } from "./on-page.js";

const units = /** @type {HTMLInputElement[]} */ (all(document, '[name="unit_ids[]"]'));

wireEach("[data-outcome]", (row) => {
  const value = /** @type {HTMLInputElement} */ (row.querySelector("[data-outcome-value]"));
  const kind = /** @type {HTMLInputElement} */ (row.querySelector("[data-outcome-kind]"));
  const unit = /** @type {HTMLSelectElement} */ (row.querySelector("[data-outcome-unit]"));
  const follow = () => {
    const without = value.value.trim() === "";
    kind.disabled = without;
    unit.disabled = without;
  };
  value.addEventListener("input", follow);
  follow();
  for (const one of units)
    one.addEventListener("change", () => {
      const chosen = units.filter((other) => other.checked).map((other) => other.value);
      if (chosen.length && !chosen.includes(unit.value)) unit.value = chosen[0];
    });
});
