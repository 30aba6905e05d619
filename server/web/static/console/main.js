// Wires what every page has: questions before what hurts, forms to the API, the phone's menu.
import { sendFormsToTheApi } from "./api-form.js";
import { askBefore } from "./confirm.js";
import { keepMenuOpenOnWideScreens } from "./menu.js";

askBefore(document);
sendFormsToTheApi(document);
keepMenuOpenOnWideScreens(document);
