/** Copies what the console's pages load from npm into server/web/static/vendor, which git ignores. */
import { cp, mkdir, rm } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const vendor = `${root}server/web/static/vendor/`;

const FILES = [
  "@tabler/core/dist/css/tabler.min.css",
  "@tabler/core/dist/js/tabler.min.js",
  "htmx.org/dist/htmx.min.js",
  "socket.io-client/dist/socket.io.min.js",
  "sortablejs/Sortable.min.js",
  "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui-dist/swagger-ui.css",
  "uplot/dist/uPlot.iife.min.js",
  "uplot/dist/uPlot.min.css",
];

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
for (const file of FILES) await cp(`${root}node_modules/${file}`, vendor + basename(file));
