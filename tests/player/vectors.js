/** The worked cases that both languages read. */
import { readFileSync } from "node:fs";

/** @param {string} name @returns {any} */
export const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../contracts/${name}.json`, import.meta.url), "utf8"));
