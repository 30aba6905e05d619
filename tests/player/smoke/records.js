/** In charge of what must be true of all plays that a server was given: each once, none missing. */
import { must } from "../defect.js";

/** @typedef {import("./server.js").Kept} Kept */

/** @param {Kept[]} plays @param {string} boot */
function withoutHoles(plays, boot) {
  const seqs = plays.filter((play) => play.boot === boot).map(({ seq }) => seq);
  must(
    seqs.every((seq, index) => seq === index + 1),
    `a play of ${boot} is missing or there twice: ${seqs}`,
  );
}

/** @param {Kept} play */
const placeOf = ({ manifest, segment, cycle, slot }) => [manifest, segment, cycle, slot].join(":");

/** Of each boot every play came once, and no slot was completed twice. @param {Kept[]} plays */
export function countedOnce(plays) {
  for (const boot of new Set(plays.map((play) => play.boot))) withoutHoles(plays, boot);
  const completed = plays.filter(({ manifest, state }) => manifest && state === 0).map(placeOf);
  const twice = completed.filter((place, index) => completed.indexOf(place) !== index);
  must(!twice.length, `slots completed twice: ${twice}`);
}
