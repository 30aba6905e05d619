/** In charge of one Socket.IO 5 connection over a websocket: namespace, acknowledgements, heartbeat, coming back. */
import { PlayerError } from "./errors.js";
import { backOff, Scope } from "./scope.js";

/**
 * @typedef {object} Notices
 * @property {() => void} up
 * @property {() => void} down
 * @property {(code: string) => void} refused by the namespace
 * @property {(name: string, payload: any) => unknown} event what it returns is the acknowledgement
 */

// Engine.IO 4 packet types, then Socket.IO 5 ones within a message.
const [OPEN, PING, PONG, MESSAGE] = ["0", "2", "3", "4"];
const [CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR] = ["0", "1", "2", "3", "4"];
const PACKET = /^(\d)\/screen,(\d*)([\s\S]*)$/;
const ANSWER_MS = 10000;
const MOST_WAIT_MS = 60000;
const OPEN_MS = 20000;

export class Socket {
  /**
   * @param {string} url of the Engine.IO endpoint
   * @param {() => object} auth asked at each connection
   * @param {Notices} notices
   */
  constructor(url, auth, notices) {
    this.url = url;
    this.auth = auth;
    this.notices = notices;
    this.scope = new Scope();
    this.up = false;
    this.tries = 0;
    this.count = 0;
    this.quietMs = OPEN_MS;
    /** @type {WebSocket | null} */
    this.wire = null;
    /** @type {Map<number, (answer: any) => void>} */
    this.asked = new Map();
    this.endTimer = () => {};
  }

  /** Connect now, whatever was planned; nothing if there is a connection or an attempt. */
  connect() {
    if (this.wire || this.scope.ended) return;
    const wire = new WebSocket(this.url);
    this.wire = wire;
    this.quietMs = OPEN_MS;
    this.expectMore();
    wire.onmessage = ({ data }) => this.take(String(data));
    wire.onclose = () => this.wire === wire && this.drop();
  }

  /** Silence beyond the server's own interval is a dead link, although TCP may not report it. */
  expectMore() {
    this.endTimer();
    this.endTimer = this.scope.after(this.quietMs, () => this.drop());
  }

  /**
   * Let go of the wire and plan the next attempt.
   * @param {number} [waitMs] instead of the usual back-off
   */
  drop(waitMs) {
    const wasUp = this.up;
    this.wire?.close();
    this.wire = null;
    this.up = false;
    for (const answer of this.asked.values()) answer(null);
    this.asked.clear();
    this.endTimer();
    this.endTimer = this.scope.after(waitMs ?? backOff(this.tries, MOST_WAIT_MS), () =>
      this.connect(),
    );
    this.tries += 1;
    if (wasUp) this.notices.down();
  }

  /** @param {string} data */
  take(data) {
    this.expectMore();
    const body = data.slice(1);
    if (data[0] === PING) this.wire?.send(PONG);
    if (data[0] === MESSAGE) this.takePacket(body);
    if (data[0] === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(body);
      this.quietMs = Math.min(MOST_WAIT_MS, pingInterval + pingTimeout);
      this.wire?.send(`${MESSAGE}${CONNECT}/screen,${JSON.stringify(this.auth())}`);
    }
  }

  /** @param {string} packet */
  takePacket(packet) {
    const [, type, id, text] = PACKET.exec(packet) || [];
    const content = text ? JSON.parse(text) : null;
    if (type === CONNECT) {
      this.up = true;
      this.tries = 0;
      this.notices.up();
    }
    if (type === ACK) this.asked.get(Number(id))?.(content);
    if (type === EVENT) this.takeEvent(id, content);
    if (type === DISCONNECT) this.drop();
    if (type === CONNECT_ERROR) {
      this.notices.refused(content?.data?.code || "refused");
      this.drop(MOST_WAIT_MS * (0.5 + Math.random() / 2));
    }
  }

  /** @param {string} id empty if no acknowledgement is wanted @param {[string, any]} event */
  async takeEvent(id, [name, payload]) {
    const { wire } = this;
    const answer = await this.notices.event(name, payload);
    // An answer belongs to the connection that asked.
    if (id && wire && wire === this.wire) {
      wire.send(`${MESSAGE}${ACK}/screen,${id}${JSON.stringify([answer])}`);
    }
  }

  /**
   * Send an event and wait for the acknowledgement.
   * @param {string} name
   * @param {object} payload
   * @returns {Promise<any>}
   * @throws {PlayerError} `no_network` when the link goes or no answer comes
   */
  async request(name, payload) {
    if (!this.wire || !this.up) throw new PlayerError("no_network");
    this.count += 1;
    const id = this.count;
    /** @type {Promise<[unknown] | null>} */
    const answered = new Promise((resolve) => {
      const end = this.scope.after(ANSWER_MS, () => resolve(null));
      this.asked.set(id, (answer) => {
        end();
        resolve(answer);
      });
    });
    this.wire.send(`${MESSAGE}${EVENT}/screen,${id}${JSON.stringify([name, payload])}`);
    const answer = await answered;
    this.asked.delete(id);
    if (!answer) throw new PlayerError("no_network");
    return answer[0];
  }

  end() {
    this.scope.end();
    this.wire?.close();
    this.wire = null;
    this.up = false;
  }
}
