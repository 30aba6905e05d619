/** In charge of one Chromium, spoken to over its debugging port. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { bounded, until } from "../patience.js";

const FOUND = new URL("../../../.setup/chromium", import.meta.url); // by setup
const ANSWER_MS = 30_000; // to one command; only a browser that hangs takes longer

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--window-size=1280,720",
  "--hide-scrollbars",
  "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup", // pages of its address bar, unseen
  "--remote-debugging-port=0",
];

export class Browser {
  /** @param {string} [profile] kept from an earlier run */
  constructor(profile = mkdtempSync(join(tmpdir(), "anping-chromium-"))) {
    this.profile = profile;
    this.count = 0;
    /** @type {Map<number, (answer: any) => void>} */
    this.asked = new Map();
    /** @type {string[]} */
    this.complaints = [];
  }

  /** @param {string} url */
  async open(url) {
    const program = process.env.CHROMIUM ?? readFileSync(FOUND, "utf8").trim();
    const options = { stdio: /** @type {any} */ (["ignore", "ignore", "pipe"]), detached: true };
    this.child = spawn(program, [...FLAGS, `--user-data-dir=${this.profile}`, url], options);
    this.port = await bounded("Chromium's start", this.portOf());
    const page = await until("a page", () => this.firstPage());
    await this.attach(page.webSocketDebuggerUrl);
  }

  /** @returns {Promise<number>} */
  portOf() {
    let output = "";
    return new Promise((resolve) => {
      this.child?.stderr?.on("data", (/** @type {Buffer} */ data) => {
        output += data;
        const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(output);
        if (found) resolve(Number(found[1]));
      });
    });
  }

  async firstPage() {
    const targets = await (await fetch(`http://127.0.0.1:${this.port}/json`)).json();
    return targets.find((/** @type {any} */ target) => target.type === "page");
  }

  /** @param {string} address */
  async attach(address) {
    this.wire = new WebSocket(address);
    await bounded("the wire", new Promise((done) => this.wire?.on("open", done)));
    this.wire.on("message", (data) => {
      const { id, method, params, result } = JSON.parse(String(data));
      if (id) this.asked.get(id)?.(result);
      if (method === "Runtime.exceptionThrown") {
        this.complaints.push(params.exceptionDetails.exception?.description ?? "exception");
      }
      if (method === "Log.entryAdded")
        this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    });
    await this.request("Runtime.enable");
    await this.request("Log.enable");
    await this.request("Page.enable");
  }

  /**
   * A second tab in front of the first.
   * @param {string} url
   * @returns {Promise<{tab: Browser, close: () => Promise<void>}>}
   */
  async openTab(url) {
    const at = `http://127.0.0.1:${this.port}/json`;
    const made = await (await fetch(`${at}/new?${url}`, { method: "PUT" })).json();
    const tab = new Browser(this.profile);
    await tab.attach(made.webSocketDebuggerUrl);
    const close = async () => {
      await fetch(`${at}/close/${made.id}`);
      await this.request("Page.bringToFront");
    };
    return { tab, close };
  }

  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  request(method, params = {}) {
    const id = this.send(method, params);
    const answered = new Promise((resolve) => this.asked.set(id, resolve));
    return bounded(method, answered, ANSWER_MS).finally(() => this.asked.delete(id));
  }

  /** Without waiting for an answer. @param {string} method @param {object} params @returns {number} its id */
  send(method, params) {
    this.count += 1;
    this.wire?.send(JSON.stringify({ id: this.count, method, params }));
    return this.count;
  }

  /** Undefined too where the page goes away meanwhile. @param {string} expression */
  async run(expression) {
    const options = { expression, awaitPromise: true, returnByValue: true };
    return (await this.request("Runtime.evaluate", options))?.result?.value;
  }

  /** The data attributes of the player. @returns {Promise<Record<string, string>>} */
  facts() {
    return this.run("({...document.body.dataset})");
  }

  /**
   * @param {string} what
   * @param {(facts: Record<string, string>) => boolean} holds
   * @returns {Promise<Record<string, string>>} the facts then
   */
  async until(what, holds) {
    /** @type {Record<string, string>} */
    let facts = {};
    const check = async () => {
      facts = await this.facts();
      return facts && holds(facts);
    };
    await until(what, check, () => facts);
    return facts;
  }

  /** The composited page as a PNG file. */
  async picture() {
    const { data } = await this.request("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  /**
   * Every frame that the compositor makes until something has happened, as numbered JPEG files.
   * @param {string} folder
   * @param {() => Promise<unknown>} happened
   * @returns {Promise<number>} how many
   */
  async film(folder, happened) {
    let count = 0;
    const take = (/** @type {unknown} */ data) => {
      const { method, params } = JSON.parse(String(data));
      if (method !== "Page.screencastFrame") return;
      count += 1;
      const name = `${String(count).padStart(5, "0")}.jpg`;
      writeFileSync(join(folder, name), Buffer.from(params.data, "base64"));
      this.request("Page.screencastFrameAck", { sessionId: params.sessionId });
    };
    this.wire?.on("message", take);
    const size = { format: "jpeg", quality: 40, maxWidth: 320, maxHeight: 180 };
    await this.request("Page.startScreencast", size);
    await happened().finally(() => this.request("Page.stopScreencast"));
    this.wire?.off("message", take);
    return count;
  }

  /** End the whole group at once, like a power cut. */
  async kill() {
    if (!this.child?.pid) return;
    const gone = new Promise((done) => this.child?.on("exit", done));
    process.kill(-this.child.pid, "SIGKILL");
    await bounded("Chromium's end", gone);
  }

  /** The same machine switched on again. @param {string} url */
  restart(url) {
    this.asked.clear();
    return this.open(url);
  }

  forget() {
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
