/** In charge of how media lie in Cache Storage: a note per digest and one entry per block. Shared with the worker. */

export const MEDIA_CACHE = "anping-media-1";

/** @typedef {{type: string, bytes: number, block: number, blocks: string[]}} Note kept once all blocks are here */

/** @param {string} digest */
export const noteUrl = (digest) => `/files/${digest}`;

/** @param {string} digest @param {number} index */
export const blockUrl = (digest, index) => `/files/${digest}?block=${index}`;
