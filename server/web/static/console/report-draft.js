/**
 * What was typed and photographed and isn't sent yet, kept in this browser: a phone that loses the
 * network, or is put away in the middle, loses nothing.
 */

const NAME = "anping-reports";
const STORE = "drafts";

/** @typedef {{id: string, file: Blob, name: string, sent: boolean}} Shot */
/**
 * @typedef {object} Draft
 * @property {Record<string, string>} fields by name
 * @property {Shot[]} shots
 * @property {string} made the report's id, once the server has it
 * @property {string} key under which it is posted once, however often that is tried
 */

/** @returns {Draft} */
export const emptyDraft = () => ({ fields: {}, shots: [], made: "", key: secret() });

export function secret() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransactionMode} mode @returns {Promise<IDBObjectStore>} */
async function store(mode) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await done(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = () => database.close();
  return transaction.objectStore(STORE);
}

/**
 * A browser without room for it, or in private mode, keeps nothing: the page works all the same.
 * @param {string} about a venue, or a report that lacks photos
 * @returns {Promise<Draft | null>}
 */
export async function readDraft(about) {
  try {
    return (await done((await store("readonly")).get(about))) ?? null;
  } catch {
    return null;
  }
}

/** @param {string} about @param {Draft} draft @returns {Promise<boolean>} whether it is kept */
export async function keepDraft(about, draft) {
  try {
    await done((await store("readwrite")).put(draft, about));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} about */
export async function dropDraft(about) {
  try {
    await done((await store("readwrite")).delete(about));
  } catch {
    // nothing was kept
  }
}
