/** In charge of the way from the glass to this screen's page: its QR code, which the server has signed, kept for when there is no network, and when it may be shown. */
import { pageCode } from "./panels.js";
import { ask } from "./protocol.js";
import { vouchedFor } from "./statement.js";

/** @typedef {ReturnType<typeof doorwayOf>} Doorway */

/**
 * Whether a code disturbs nothing: no content is on. Off hours stay dark, and a takeover whole.
 * @param {string} key of an item
 */
const mayShow = (key) => /^(builtin|fallback|pause)/.test(key);

/**
 * @param {object} parts
 * @param {import("./stage.js").Stage} parts.stage
 * @param {import("./store.js").Store} parts.store
 * @param {{credential: import("./store.js").Credential}} parts.plans
 */
export function doorwayOf({ stage, store, plans }) {
  /** @type {any} */
  let page = { qr_svg: null, issued_at: 0 };
  let on = "";
  /** @param {string} [key] of what is on from now */
  const show = (key = on) => {
    on = key;
    stage.fill(stage.door, page.qr_svg && mayShow(on) ? [pageCode(page.qr_svg)] : []);
  };
  return {
    show,
    get code() {
      return page.qr_svg;
    },
    restore: async () => {
      page = (await store.get("page")) || page;
    },
    /** Ask which code it is now; without an answer that is signed it stays what it was. */
    refresh: async () => {
      try {
        const headers = { Authorization: `Bearer ${plans.credential.token}` };
        const answer = await ask("/api/v1/player/page", undefined, headers);
        page = await vouchedFor(
          (await answer.json()).signed,
          plans.credential,
          ({ qr_svg, issued_at }) => qr_svg !== undefined && issued_at >= page.issued_at,
        );
        show();
        await store.put({ page });
      } catch {
        // no network, no room, a portal: asked again when the link is back
      }
    },
  };
}
