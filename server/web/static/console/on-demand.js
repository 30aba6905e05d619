/**
 * What a page needs on an act alone is loaded then, so that a first visit is light: the search when
 * somebody comes to its field, words at the foot when there are any, and what sends forms when one
 * is sent where the page came without (base.html): a part that follows changes may bring a form.
 */
import { isTyping, leadsToSearch } from "./keys.js";

/** @param {Document} page */
export function searchWhenWanted(page) {
  const form = /** @type {HTMLFormElement | null} */ (page.querySelector("[data-find-all]"));
  const field = /** @type {HTMLInputElement | null} */ (form?.querySelector("[role=combobox]"));
  if (!form || !field) return;
  // Where nothing hovers there is a finger, and no key to begin with.
  if (window.matchMedia("(hover: none)").matches) field.placeholder = form.dataset.brief ?? "";
  page.addEventListener("keydown", (event) => {
    if (!leadsToSearch(event, isTyping(event.target))) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  const load = () => import("./find-all.js").then(({ searchEverywhere }) => searchEverywhere(form));
  // What didn't come (no network) is asked for again when somebody comes back.
  const wait = () => field.addEventListener("focus", () => void load().catch(wait), { once: true });
  wait();
}

/** @param {Document} page */
export function sendFormsWhenWanted(page) {
  if (page.documentElement.dataset.forms !== "later") return;
  let isComing = false;
  const wait = async (/** @type {SubmitEvent} */ event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-api], [data-confirm]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isComing) return;
    isComing = true;
    try {
      await import("./forms.js");
      page.removeEventListener("submit", wait, true);
      form.requestSubmit(/** @type {HTMLButtonElement | null} */ (event.submitter) ?? undefined);
    } catch {
      showOffline(page);
    }
    isComing = false;
  };
  page.addEventListener("submit", wait, true);
}

/** The notices that the act before has left, as toast.js keeps it. */
export function showCarriedNotices() {
  if (sessionStorage.getItem("anping.toast"))
    void import("./toast.js").then(({ showCarried }) => showCarried());
}

/** @param {Document} page */
function showOffline(page) {
  const box = page.createElement("div");
  box.className = "alert alert-danger form-problem";
  box.setAttribute("role", "alert");
  box.textContent = page.body.dataset.offline ?? "";
  page.querySelector(".messages")?.replaceChildren(box);
}
