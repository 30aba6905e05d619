/** In charge of asking IndexedDB with promises: one request, one transaction, one database. */

/**
 * The result of one request.
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Resolves when a transaction is on the disk; rejects when it isn't, with the reason (a full disk for one).
 * @param {IDBTransaction} change
 * @returns {Promise<void>}
 */
export const finished = (change) =>
  new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error);
  });

/**
 * Open a database of version 1.
 * @param {string} name
 * @param {(fresh: IDBDatabase) => void} make its stores, the first time
 * @param {() => void} lost called when the browser or another window takes it away
 */
export async function openDatabase(name, make, lost) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => make(opening.result);
  const database = await asked(opening);
  database.onclose = lost;
  database.onversionchange = () => {
    database.close();
    lost();
  };
  return database;
}
