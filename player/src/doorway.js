/** In charge of the way from the glass to this screen's page: its QR code, kept for when there is no network, and when it may stand. */
import { pageCode } from "./panels.js";
import { ask } from "./protocol.js";

/** @typedef {ReturnType<typeof doorwayOf>} Doorway */

/**
 * Whether a code disturbs nothing: no content is on. Off hours stay dark, and a takeover whole.
 * @param {string} key of an item
 */
const mayStand = (key) => /^(builtin|fallback|pause)/.test(key);

/**
 * @param {object} parts
 * @param {import("./stage.js").Stage} parts.stage
 * @param {import("./store.js").Store} parts.store
 * @param {import("./store.js").Credential} parts.credential
 */
export function doorwayOf({ stage, store, credential }) {
  /** @type {string | null | undefined} */
  let svg;
  let on = "";
  /** @param {string} [key] of what is on from now */
  const show = (key = on) => {
    on = key;
    stage.fill(stage.door, svg && mayStand(on) ? [pageCode(svg)] : []);
  };
  return {
    show,
    get code() {
      return svg;
    },
    restore: async () => {
      svg = await store.get("qr_svg");
    },
    /** Ask which code it is now; without an answer it stays what it was. */
    refresh: async () => {
      try {
        const headers = { Authorization: `Bearer ${credential.token}` };
        const answer = await ask("/api/v1/player/page", undefined, headers);
        if (answer.ok) svg = (await answer.json()).qr_svg;
        show();
        await store.put({ qr_svg: svg });
      } catch {
        // no network, no room, a portal: asked again when the link is back
      }
    },
  };
}
