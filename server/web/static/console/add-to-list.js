/**
 * Puts an asset at the end of a playlist that is there: the list is read, and saved only as it was
 * read, so that nobody's change is lost.
 */
import { call, perform } from "./api.js";
import { attempt, setBusy } from "./api-form.js";
import { sendBy, wireEach } from "./on-page.js";

/**
 * A list's items with one more, which takes its own length.
 * @param {{asset_id: string, duration_s: number | null}[]} items
 * @param {string} asset
 */
export function withAsset(items, asset) {
  const kept = items.map(({ asset_id, duration_s }) =>
    duration_s === null ? { asset_id } : { asset_id, duration_s },
  );
  return [...kept, { asset_id: asset }];
}

/** @param {HTMLFormElement} form */
function add(form) {
  const chosen = /** @type {HTMLSelectElement} */ (form.elements.namedItem("playlist"));
  const path = `/api/v1/playlists/${chosen.value}`;
  return attempt(form, async () => {
    const { items } = await call("GET", path);
    await perform("PATCH", path, { items: withAsset(items, form.dataset.addToList ?? "") });
    setBusy(form, false);
  });
}

wireEach("form[data-add-to-list]", (/** @type {HTMLFormElement} */ form) => sendBy(form, add));
