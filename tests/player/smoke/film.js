/** In charge of what a film of the composited page shows: the order of pictures and darkness, never times. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../defect.js";
import { brightness, coloursOf } from "./pictures.js";

const DARK = 12; // of 255; the slide that is built in has more

/**
 * Film until something has happened.
 * @param {import("./browser.js").Browser} browser
 * @param {() => Promise<unknown>} happened
 * @returns {Promise<number[][]>} the mean colour of each frame
 */
export async function filmed(browser, happened) {
  const folder = mkdtempSync(join(tmpdir(), "anping-film-"));
  try {
    const count = await browser.film(folder, happened);
    const colours = count ? coloursOf(folder) : [];
    assert.equal(colours.length, count);
    return colours;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {number[][]} colours */
export function neverBlack(colours) {
  const darkest = Math.min(...colours.map(brightness));
  must(darkest > DARK, `a black picture among ${colours.length}: the darkest has ${darkest}`);
}

/** @param {number[]} colour */
export const isRed = ([red, green, blue]) => red > 150 && green < 60 && blue < 60;

/** @param {number[]} colour */
export const isGreen = ([red, green, blue]) => green > 90 && red < 60 && blue < 60;
