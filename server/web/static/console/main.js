// Wires what every page has: questions before what hurts, and the phone's menu.
import { askBefore } from "./confirm.js";
import { keepMenuOpenOnWideScreens } from "./menu.js";

askBefore(document);
keepMenuOpenOnWideScreens(document);
