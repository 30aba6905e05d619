/** In charge of the link to the server: one websocket, and polling and posting while there is none. */
import { PlayerError } from "./errors.js";
import { ask, PROTOCOL } from "./protocol.js";
import { Scope } from "./scope.js";
import { Socket } from "./socket.js";

/** @typedef {"plays" | "beat" | "clock" | "switched"} Message */
/**
 * @typedef {object} Listeners
 * @property {(message: unknown) => Promise<{state: string}>} assignment the acknowledgement
 * @property {(digest: unknown, body: unknown) => void} manifest
 * @property {(command: {id: string, name: string, args?: any}) => Promise<object>} command
 * @property {(up: boolean) => void} link
 * @property {(code: string) => void} refused 401, `unauthorized`, `revoked`...: nothing stops, nothing is erased
 * @property {() => void} welcome the credential works
 */

const POLL_MS = 30000;
const FIRST_POLL_MS = 3000;

/** @param {any} answer @returns {any} @throws {PlayerError} as HTTP would report it */
function withoutError(answer) {
  const error = answer?.error;
  if (!error) return answer;
  const busy = error.code === "busy";
  throw new PlayerError(error.code, error.detail, busy ? 503 : 400, error.retry_after_ms);
}

const WORDS = ["moved", "revoked"];

/** The code of a refusal, if it is more than that the screen isn't registered. @param {Response} response */
async function wordOf(response) {
  const { code } = (await response.json().catch(() => null)) || {};
  return WORDS.includes(code) ? code : "unauthorized";
}

export class Connection {
  /**
   * @param {object} parts
   * @param {string} parts.token
   * @param {string} parts.boot
   * @param {string} parts.player version of this page
   * @param {() => number | null} parts.version of the last accepted assignment
   * @param {Listeners} parts.listeners
   */
  constructor({ token, boot, player, version, listeners }) {
    this.token = token;
    this.listeners = listeners;
    this.scope = new Scope();
    this.etag = "";
    const auth = () => ({ token, boot, version: version(), player, protocol: PROTOCOL });
    const address = `${location.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;
    this.socket = new Socket(address, auth, {
      up: () => {
        listeners.welcome();
        listeners.link(true);
      },
      down: () => listeners.link(false),
      refused: listeners.refused,
      event: (name, payload) => this.receive(name, payload),
    });
  }

  /** @param {string} name @param {any} payload @returns {unknown} the acknowledgement, if one is wanted */
  receive(name, payload) {
    const { listeners } = this;
    if (name === "assignment") return listeners.assignment(payload);
    if (name === "command") return listeners.command(payload);
    if (name === "manifest") return listeners.manifest(payload?.digest, payload?.body);
    // All come back at once otherwise; a random part of the time keeps the server up.
    if (name === "restarting") this.socket.drop(Math.random() * payload?.back_within_ms || 1);
    return undefined;
  }

  start() {
    this.socket.connect();
    this.scope.on(window, "online", () => this.socket.connect());
    this.scope.after(FIRST_POLL_MS, () => this.poll());
    this.scope.every(POLL_MS, () => this.poll());
  }

  isUp() {
    return this.socket.up;
  }

  /**
   * One message and its answer, over the socket or by POST.
   * @param {Message} name
   * @param {object} payload
   * @returns {Promise<any>}
   * @throws {PlayerError} with the status that HTTP would have
   */
  async request(name, payload) {
    if (!this.isUp()) return this.post(name, payload);
    return withoutError(await this.socket.request(name, payload));
  }

  /** @param {Message} name @param {object} payload */
  async post(name, payload) {
    const response = await ask(`/api/v1/player/${name}`, payload, this.bearer());
    this.judge(response);
    if (response.ok) return withoutError(await response.json());
    const wait = Number(response.headers.get("Retry-After")) * 1000;
    throw new PlayerError("http", name, response.status, wait || 0);
  }

  bearer() {
    return { Authorization: `Bearer ${this.token}` };
  }

  /** @param {Response} response */
  judge(response) {
    if (response.status === 401) wordOf(response).then(this.listeners.refused);
    else if (response.ok || response.status === 304) this.listeners.welcome();
  }

  /** Ask for the newest assignment while there is no socket; its loss never matters. */
  async poll() {
    if (!this.isUp()) await this.fetchAssignment(this.etag).catch(() => null);
  }

  /**
   * @param {string} [etag] of what is here; without it the server answers in full
   * @throws when there is no network
   */
  async fetchAssignment(etag) {
    const headers = { ...this.bearer(), ...(etag && { "If-None-Match": etag }) };
    const response = await ask("/api/v1/player/assignment", undefined, headers);
    this.judge(response);
    if (response.status !== 200) return;
    const { state } = await this.listeners.assignment(await response.json().catch(() => null));
    if (state === "accepted") this.etag = response.headers.get("ETag") || "";
  }

  end() {
    this.scope.end();
    this.socket.end();
  }
}
