// What pages with something to send have: questions before what hurts, forms to the API, drafts that are kept;
// and cards that begin folded on a phone.
import { sendFormsToTheApi } from "./api-form.js";
import { showChangeNotice } from "./changed-since.js";
import { askBefore } from "./confirm.js";
import { foldOnPhones } from "./fold.js";
import { keepDrafts } from "./keep-draft.js";

askBefore(document);
foldOnPhones(document);
sendFormsToTheApi(document);
showChangeNotice(document, sessionStorage, location.pathname);
// After the page's own scripts, which listen to what is filled in.
document.addEventListener("DOMContentLoaded", () => keepDrafts(document));
