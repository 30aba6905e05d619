// Wires what every page has: questions before what hurts, forms to the API, search, the phone's menu.
import { sendFormsToTheApi } from "./api-form.js";
import { askBefore } from "./confirm.js";
import { searchEverywhere } from "./find-all.js";
import { keepMenuOpenOnWideScreens } from "./menu.js";

askBefore(document);
sendFormsToTheApi(document);
keepMenuOpenOnWideScreens(document);
searchEverywhere(document);
