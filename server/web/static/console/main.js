// Wires what every page has: the search, keys, help, the phone's menu, texts to copy, dialogs, and the line
// by which it hears of changes. What sends forms is forms.js.
import "./copy.js";
import { countDown } from "./countdown.js";
import { openDialogs } from "./dialogs.js";
import "./follow.js";
import { closeHelpWhenDone } from "./help.js";
import { listenToKeys } from "./keys.js";
import { keepMenuOpenOnWideScreens } from "./menu.js";
import { tellWhatIsNew } from "./news.js";
import { sayWhatIsCarried, searchWhenWanted, sendFormsWhenWanted } from "./on-demand.js";

sendFormsWhenWanted(document);
openDialogs(document);
keepMenuOpenOnWideScreens(document);
searchWhenWanted(document);
closeHelpWhenDone(document);
countDown(document);
listenToKeys(document);
sayWhatIsCarried();
tellWhatIsNew(document.body);
// After all scripts of the page have run: only now do its buttons do what they say (console.css).
document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.wired = "";
});
