/**
 * As much of Socket.IO 5 over a websocket as a page needs that is notified of changes: one namespace,
 * events both ways, the server's heartbeat. It never comes back by itself (line.js does that).
 */

// Engine.IO 4 packet types, then Socket.IO 5 ones within a message.
const [OPEN, PING, PONG, MESSAGE] = ["0", "2", "3", "4"];
const [CONNECT, DISCONNECT, EVENT, CONNECT_ERROR] = ["0", "1", "2", "4"];
const OPEN_MS = 20_000;

/** @typedef {(content?: any) => void} Listener */

export class HintSocket {
  /**
   * @param {string} namespace such as `/console`
   * @param {(url: string) => WebSocket} open
   * @param {Pick<Window, "setTimeout" | "clearTimeout">} timers
   */
  constructor(namespace, open, timers) {
    this.namespace = namespace;
    this.open = open;
    this.timers = timers;
    this.connected = false;
    /** @type {WebSocket | null} */
    this.wire = null;
    this.quietMs = OPEN_MS;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {Map<string, Listener>} */
    this.listeners = new Map();
  }

  /** @param {string} name @param {Listener} listener of `connect`, `disconnect`, `connect_error` or an event */
  on(name, listener) {
    this.listeners.set(name, listener);
  }

  /** @param {string} name @param {object} content */
  emit(name, content) {
    if (this.connected)
      this.wire?.send(`${MESSAGE}${EVENT}${this.namespace},${JSON.stringify([name, content])}`);
  }

  connect() {
    if (this.wire) return;
    const wire = this.open("/socket.io/?EIO=4&transport=websocket");
    this.wire = wire;
    this.quietMs = OPEN_MS;
    this.expectMore();
    wire.onmessage = ({ data }) => this.wire === wire && this.take(String(data));
    wire.onclose = () => this.wire === wire && this.drop();
  }

  /** Silence beyond the server's own interval is a dead line, although TCP may not report it. */
  expectMore() {
    this.timers.clearTimeout(this.timer);
    this.timer = this.timers.setTimeout(() => this.drop(), this.quietMs);
  }

  /** @param {{data?: {code?: string}}} [error] why the namespace doesn't let the page in */
  drop(error) {
    const { wire, connected } = this;
    this.wire = null;
    this.connected = false;
    this.timers.clearTimeout(this.timer);
    wire?.close();
    this.deliver(connected && !error ? "disconnect" : "connect_error", error);
  }

  /** @param {string} data */
  take(data) {
    this.expectMore();
    const body = data.slice(1);
    if (data[0] === PING) this.wire?.send(PONG);
    if (data[0] === MESSAGE) this.takePacket(body);
    if (data[0] === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(body);
      this.quietMs = pingInterval + pingTimeout;
      this.wire?.send(`${MESSAGE}${CONNECT}${this.namespace},`);
    }
  }

  /** @param {string} packet */
  takePacket(packet) {
    const head = `${packet[0]}${this.namespace}`;
    if (!packet.startsWith(head)) return;
    const text = packet.slice(head.length).replace(/^,/, "");
    const content = text ? JSON.parse(text) : null;
    if (packet[0] === CONNECT) {
      this.connected = true;
      this.deliver("connect");
    }
    if (packet[0] === EVENT) this.deliver(content[0], content[1]);
    if (packet[0] === DISCONNECT) this.drop();
    if (packet[0] === CONNECT_ERROR) this.drop(content);
  }

  /** @param {string} name @param {any} [content] */
  deliver(name, content) {
    this.listeners.get(name)?.(content);
  }
}
