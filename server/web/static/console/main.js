// Wires what every page has: the search, keys, help, the phone's menu, texts to copy, dialogs, and the line
// by which it is notified of changes. What sends forms is forms.js.
import "./copy.js";
import { countDown } from "./countdown.js";
import { openDialogs } from "./dialogs.js";
import "./follow.js";
import { closeHelpWhenDone } from "./help.js";
import { listenToKeys } from "./keys.js";
import { keepMenuOpenOnWideScreens } from "./menu.js";
import { announceUpdate } from "./news.js";
import { searchWhenWanted, sendFormsWhenWanted, showCarriedNotices } from "./on-demand.js";

sendFormsWhenWanted(document);
openDialogs(document);
keepMenuOpenOnWideScreens(document);
searchWhenWanted(document);
closeHelpWhenDone(document);
countDown(document);
listenToKeys(document);
showCarriedNotices();
announceUpdate(document.body);
// After all scripts of the page have run: only now do its buttons do what their labels promise (console.css).
document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.wired = "";
});
