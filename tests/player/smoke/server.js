/** In charge of a server that implements protocol.md to one player, with switches for what may go wrong. */
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";
import { PATIENCE_MS } from "../patience.js";
import { sha } from "./pictures.js";

const DIST = fileURLToPath(new URL("../../../player/dist/", import.meta.url));
/** @type {Record<string, string>} */
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css" };
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "media-src 'self' blob:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'";
const QR =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 25 25"><path d="M2 2h7v7H2zM16 2h7v7h-7zM2 16h7v7H2zM11 3h2v2h-2zM12 8h3v2h-3zM10 12h4v3h-4zM17 13h3v3h-3zM13 18h3v4h-3zM19 19h3v3h-3z" fill="#071326"/></svg>';

/** @param {string} name of the built player */
const builtFile = (name) => (existsSync(DIST + name) ? readFileSync(DIST + name) : null);

/** @typedef {{boot: string, seq: number, asset: string, state: number, cause: number, shown: number, start: number, error: string | null, segment: number, cycle: number, slot: number, manifest: string | null}} Kept */

export class FakeServer {
  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x, y } = publicKey.export({ format: "jwk" });
    this.keys = [{ kid: "k1", kty: "EC", crv: "P-256", x, y }];
    this.privateKey = privateKey;
    /** @type {Map<string, {bytes: Buffer, asset: any}>} */
    this.files = new Map();
    /** @type {Map<string, string>} */
    this.manifests = new Map();
    this.version = 0;
    /** Which of its starts the player reports to be in. */
    this.boot = "";
    this.paired = false;
    /** The server has no token any more, as one restored from an old backup. */
    this.forgetful = false;
    /** Something on the way answers everything with its own page, and lets no socket through. */
    this.portal = false;
    /** @type {(string | undefined)[]} what it answered for */
    this.portalled = [];
    /** @type {Record<string, string> | null} another release of the player than the built one */
    this.release = null;
    /** The player that the screen is to run, sent with the answer to each beat. */
    this.assigned = "";
    this.loseAcks = 0;
    /** How many plays were handed in once more. */
    this.again = 0;
    /** @type {any} */
    this.message = null;
    /** @type {Kept[]} */
    this.plays = [];
    /** @type {Map<string, number>} */
    this.upto = new Map();
    /** @type {any[]} */
    this.beats = [];
    /** @type {any[]} */
    this.switches = [];
    /** @type {any[]} */
    this.acks = [];
    /** @type {any[]} */
    this.refusals = [];
  }

  /** @param {number} [port] @param {boolean} [sockets] without them there is only HTTP */
  async listen(port = 0, sockets = true) {
    this.http = createServer((request, response) => {
      this.answer(request, response).catch((error) => {
        response.writeHead(500).end(String(error));
      });
    });
    this.io = sockets ? this.makeSockets() : null;
    if (this.io) this.serveSockets(this.io);
    await new Promise((done) => this.http?.listen(port, "127.0.0.1", () => done(null)));
    this.port = /** @type {any} */ (this.http.address()).port;
    return this.port;
  }

  makeSockets() {
    return new Server(this.http, {
      transports: ["websocket"],
      allowRequest: (_, allow) => allow(null, !this.portal),
    });
  }

  /** Cut all sockets; players come back within a second or two, and a beat comes with them. */
  kick() {
    this.io?.of("/screen").disconnectSockets(true);
  }

  async close() {
    this.http?.closeAllConnections();
    if (this.io) await this.io.close();
    else await new Promise((done) => this.http?.close(done));
  }

  /** @param {Server} io */
  serveSockets(io) {
    io.of("/screen").use((socket, next) => {
      if (socket.handshake.auth.token === "secret" && !this.forgetful) return next();
      const error = /** @type {any} */ (new Error("refused"));
      error.data = { code: "unauthorized" };
      return next(error);
    });
    io.of("/screen").on("connection", (socket) => this.meet(socket));
  }

  /** @param {import("socket.io").Socket} socket */
  meet(socket) {
    const { auth } = socket.handshake;
    this.boot = auth.boot;
    if (this.message && auth.version !== this.version) this.push(socket);
    for (const name of ["clock", "beat", "plays", "switched"]) {
      socket.on(name, (payload, done) => {
        const answer = this.receive(name, payload);
        if (answer !== undefined) done(answer);
      });
    }
  }

  /** @param {any} [to] */
  push(to = this.io?.of("/screen")) {
    for (const socket of to.sockets?.values?.() ?? [to]) {
      socket.emit("assignment", this.message, (/** @type {any} */ ack) => this.acks.push(ack));
    }
  }

  /** @param {string} name @param {any} [args] */
  async command(name, args = {}) {
    const [socket] = (await this.io?.of("/screen").fetchSockets()) ?? [];
    const live = this.io?.of("/screen").sockets.get(socket.id);
    return live?.timeout(PATIENCE_MS).emitWithAck("command", { id: "c1", name, args });
  }

  /** @param {string} name @param {any} payload @returns {any} */
  receive(name, payload) {
    if (name === "clock") return { t0: payload.t0, t1: Date.now() + 0.25 };
    if (name === "beat") this.beats.push(payload);
    if (name === "switched") this.switches.push(payload);
    if (name === "plays") return this.takePlays(payload);
    if (name !== "beat") return {};
    return { version: this.version, ...(this.assigned && { player: this.assigned }) };
  }

  /** @param {any} batch */
  takePlays(batch) {
    const { boot } = batch;
    let upto = this.upto.get(boot) ?? 0;
    if (batch.lost) upto = Math.max(upto, ...batch.lost.map((/** @type {any} */ gap) => gap[1]));
    else if (batch.first <= upto + 1) upto = this.keepPlays(batch, upto);
    this.upto.set(boot, upto);
    if (this.loseAcks > 0) {
      this.loseAcks -= 1;
      return undefined;
    }
    return { boot, upto, quarantined: [] };
  }

  /** @param {any} batch @param {number} upto */
  keepPlays(batch, upto) {
    for (let index = 0; index < batch.segment.length; index += 1) {
      const seq = batch.first + index;
      this.again += Number(seq <= upto);
      if (seq <= upto) continue;
      this.plays.push({
        boot: batch.boot,
        seq,
        manifest: batch.manifest,
        segment: batch.segment[index],
        cycle: batch.cycle[index],
        slot: batch.slot[index],
        asset: batch.assets[batch.asset[index]],
        state: batch.state[index],
        cause: batch.cause[index],
        shown: batch.shown_ms[index],
        start: batch.start_ms[index] + (batch.clock?.offset_ms ?? 0),
        error: batch.error[index],
      });
    }
    return Math.max(upto, batch.first + batch.segment.length - 1);
  }

  /** @param {{bytes: Buffer, asset: any}} file */
  add(file) {
    this.files.set(file.asset.digest, file);
    return file.asset;
  }

  /** @param {object} manifest */
  publish(manifest) {
    const text = JSON.stringify(manifest);
    this.manifests.set(sha(text), text);
    return sha(text);
  }

  /** @param {any} change */
  assign(change) {
    this.version += 1;
    const order = {
      format: 1,
      screen: "s_9",
      version: this.version,
      activate_at: Date.now(),
      issued_at: Date.now(),
      expires_at: Date.now() + 30 * 86400e3,
      takeover: null,
      ...change,
    };
    this.message = this.signed(order);
    if (this.io) this.push();
    return order;
  }

  /** An order with the server's own signature. @param {object} order */
  signed(order) {
    const text = JSON.stringify(order);
    const key = { key: this.privateKey, dsaEncoding: /** @type {const} */ ("ieee-p1363") };
    const signature = sign("sha256", Buffer.from(text), key).toString("base64url");
    return { assignment: text, kid: "k1", signature };
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async answer(request, response) {
    if (this.portal) {
      this.portalled.push(request.url);
      return response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Welcome</h1>");
    }
    const url = new URL(request.url ?? "", "http://x");
    const [, area, name = ""] = url.pathname.split("/");
    if (area === "player") return this.answerPage(name, response);
    if (area === "files") return this.answerFile(name, request, response);
    if (area === "manifests") return this.send(response, this.manifests.get(name));
    if (area === "api") return this.answerApi(url.pathname.slice(15), request, response);
    return response.writeHead(404).end();
  }

  /** @param {string} name @param {import("node:http").ServerResponse} response */
  answerPage(name, response) {
    if (name === "config.json") {
      return this.send(response, JSON.stringify({ allow_insecure: false, name: "示范区反诈宣传" }));
    }
    const file = name || "index.html";
    const content = this.release?.[file] ?? builtFile(file);
    if (!content) return response.writeHead(404).end(); // of a release that was there a moment ago
    const type = TYPES[file.split(".").pop() ?? ""];
    response.setHeader("Content-Security-Policy", CSP);
    response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` });
    return response.end(content);
  }

  /** @param {import("node:http").ServerResponse} response @param {string | undefined} text */
  send(response, text) {
    if (text === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { "Content-Type": "application/json" }).end(text);
  }

  /** @param {string} digest @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  answerFile(digest, request, response) {
    const file = this.files.get(digest);
    const isAuthorized = request.headers.authorization === "Bearer secret";
    if (!file || !isAuthorized) {
      this.refusals.push(request.url);
      return response.writeHead(file ? 401 : 404).end();
    }
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const headers = { "Content-Type": file.asset.type };
    return response.writeHead(from ? 206 : 200, headers).end(file.bytes.subarray(from));
  }

  /** @param {string} name @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async answerApi(name, request, response) {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : {};
    if (name === "pairing") {
      const offer = {
        device_code: "d",
        user_code: "7K3M-9QXA",
        verification_uri: `http://127.0.0.1:${this.port}/pair`,
        qr_svg: QR,
        expires_in: 600,
        interval: 1,
      };
      return this.send(response, JSON.stringify(offer));
    }
    if (name === "token") return this.answerToken(response);
    if (this.forgetful) return response.writeHead(401).end("{}");
    if (name === "assignment") return this.send(response, JSON.stringify(this.message));
    return this.send(response, JSON.stringify(this.receive(name, body)));
  }

  /** @param {import("node:http").ServerResponse} response */
  answerToken(response) {
    if (!this.paired) {
      return response.writeHead(400).end(JSON.stringify({ error: "authorization_pending" }));
    }
    const { keys } = this;
    const answer = { access_token: "secret", token_type: "Bearer", screen_id: "s_9", keys };
    return this.send(response, JSON.stringify(answer));
  }
}
