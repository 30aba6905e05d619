/** Answers for another language to compare: manifests and instants come in, one a line, seats go out. */
import { createInterface } from "node:readline";
import { parseManifest } from "../../player/src/protocol.js";
import { nextBoundary, seat } from "../../player/src/seat.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { manifest, instants } = JSON.parse(line);
  const plan = parseManifest(manifest);
  const answers = instants.map((/** @type {number} */ at) => {
    const change = nextBoundary(plan, at);
    return [seat(plan, at), Number.isFinite(change) ? change : null];
  });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
