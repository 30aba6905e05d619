// Wires what every page has: questions before what hurts, forms to the API, search, help, the phone's menu,
// texts to copy, and the line by which it hears of changes.
import { sendFormsToTheApi } from "./api-form.js";
import { sayWhatChanged } from "./changed-since.js";
import { askBefore } from "./confirm.js";
import { countDown } from "./countdown.js";
import "./copy.js";
import { searchEverywhere } from "./find-all.js";
import "./follow.js";
import { closeHelpWhenDone } from "./help.js";
import { keepDrafts } from "./keep-draft.js";
import { listenToKeys } from "./keys.js";
import { keepMenuOpenOnWideScreens } from "./menu.js";
import { showCarried } from "./toast.js";

askBefore(document);
sendFormsToTheApi(document);
keepMenuOpenOnWideScreens(document);
searchEverywhere(document);
closeHelpWhenDone(document);
countDown(document);
listenToKeys(document);
showCarried();
sayWhatChanged(document, sessionStorage, location.pathname);
// After all scripts of the page have run: only now do its buttons do what they say (console.css).
document.addEventListener("DOMContentLoaded", () => {
  // After the page's own scripts, which listen to what is filled in.
  keepDrafts(document);
  document.documentElement.dataset.wired = "";
});
