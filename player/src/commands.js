/** In charge of answering commands: each has one entry, and its answer reports what it did. */
import { codeOf, PlayerError } from "./errors.js";
import { identityPanel } from "./panels.js";
import { vouchedFor } from "./statement.js";

/** @typedef {{id: string, name: string, args?: any, signed?: unknown}} Command */
/** @typedef {(args: any, command: Command) => Promise<unknown> | unknown} Act */

const IDENTIFY_MS = 10000;
const PICTURE_BYTES = 100000;

/**
 * @param {object} parts
 * @param {import("./stage.js").Stage} parts.stage
 * @param {import("./scope.js").Scope} parts.scope
 * @param {import("./store.js").Store} parts.store
 * @param {import("./cache.js").MediaCache} parts.media
 * @param {import("./plans.js").Plans} parts.plans
 * @param {import("./clock.js").Clock} parts.clock
 * @param {import("./shell.js").Shell} parts.shell
 * @param {import("./status.js").Status} parts.status
 * @param {import("./doorway.js").Doorway} parts.doorway
 * @returns {(command: Command) => Promise<object>} the acknowledgement
 */
export function commandsOf({ stage, scope, store, media, plans, clock, shell, status, doorway }) {
  /** @type {Record<string, Act>} */
  const acts = {
    // Named a player, it becomes that one at the next safe instant.
    reload: ({ player }) => {
      player ? shell.obey(player) : scope.after(500, () => shell.reload());
    },
    identify: async (_args, { id, signed }) => {
      const { args } = await vouchedFor(
        signed,
        plans.credential,
        ({ command, expires_at }) => command === id && expires_at > clock.latest(),
      );
      await doorway.refresh(); // the code may just have been replaced
      stage.showPanel(identityPanel(args.name, args.number, doorway.code));
      scope.after(IDENTIFY_MS, () => stage.showPanel());
    },
    screenshot: () => {
      const at = Math.round(clock.now());
      const image = stage.screenshot(stampOf(at, status.picture), PICTURE_BYTES);
      return { image, at, ...status.facts() };
    },
    clear_cache: async () => ({ freed: await media.sweep(plans.needed()) }),
    volume: async (args) => {
      const level = Number(args.level);
      if (!(level >= 0 && level <= 100)) throw new PlayerError("bad_volume");
      await store.put({ volume: level / 100 });
      stage.setVolume(level / 100);
    },
    log: () => status.diary(),
  };
  return async (command) => {
    const { name, args } = command;
    try {
      if (!Object.keys(acts).includes(name)) throw new PlayerError("unknown_command", name);
      return { ok: true, result: (await acts[name](args || {}, command)) ?? null };
    } catch (error) {
      return { ok: false, error: codeOf(error) };
    }
  };
}

/** @param {number} atMs @param {import("./conductor.js").Picture | null} picture */
const stampOf = (atMs, picture) =>
  `${new Date(atMs).toISOString()} ${picture ? picture.item.key : "-"}`;
