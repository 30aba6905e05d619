/** Answers that no server gives: endless, by drips, redirected, cut, of a portal. A real HTTP server plays them. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { MediaCache } from "../../player/src/cache.js";
import { Connection } from "../../player/src/connection.js";
import { ask } from "../../player/src/protocol.js";
import { Incidents, Report } from "../../player/src/report.js";
import { MemoryCache } from "./memory.js";
import { until } from "./patience.js";

const MOST_BYTES = 16e6;
const honest = globalThis.fetch;

/** @type {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} */
let play;
const server = createServer((request, response) => {
  response.shouldKeepAlive = false;
  play(request, response);
});
/** @type {string[]} */
let reported;

before(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {any} */ (server.address());
  const base = `http://127.0.0.1:${port}`;
  globalThis.fetch = async (path, options) => {
    const answer = await honest(base + path, options);
    return answer.status === 302 ? Response.error() : answer; // to a page a redirect is status 0, without body
  };
  Object.assign(globalThis, { location: new URL(base) });
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  reported = [];
});

test("an answer that never ends is cut where no answer is longer, and its connection ended", async () => {
  const closed = new Promise((done) => {
    play = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(1 << 20)));
      };
      response.on("drain", more).on("close", () => done(null));
      more();
    };
  });

  const bytes = (await (await ask("/endless")).arrayBuffer()).byteLength;

  assert.ok(bytes >= MOST_BYTES && bytes < MOST_BYTES + (4 << 20), `${bytes}`);
  await closed;
});

const ANSWER_MS = 10_000;

/** Resolves once the head of an answer is here. @param {import("node:test").TestContext} context */
function headReceived(context) {
  const { fetch } = globalThis;
  return new Promise((done) => {
    context.mock.method(globalThis, "fetch", async (/** @type {[any, any]} */ ...args) => {
      const answer = await fetch(...args);
      done(null);
      return answer;
    });
  });
}

test("an answer by drips is cut when its time is over, and isn't JSON then", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const received = headReceived(context);
  let over = false;
  play = (_, response) => response.write('{"version"'); // and never ends
  const asked = ask("/drips").finally(() => {
    over = true;
  });
  await received;
  context.mock.timers.tick(ANSWER_MS - 1);
  await new Promise((done) => setImmediate(done));
  assert.equal(over, false);
  context.mock.timers.tick(1);

  await assert.rejects((await asked).json(), SyntaxError);
});

test("not a word in time, and a connection that breaks, are no answers", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const met = new Promise((done) => {
    play = () => done(null);
  });
  const silent = assert.rejects(ask("/silent"));
  await met;
  context.mock.timers.tick(ANSWER_MS);
  await silent;

  play = (_, response) => {
    response.writeHead(200, { "Content-Length": 100 }).write("{", () => response.destroy());
  };
  await assert.rejects(ask("/broken"));
});

test("what is sent, status and headers pass as they are", async () => {
  play = (request, response) => {
    response.setHeader("Retry-After", "7");
    response.writeHead(request.headers["if-none-match"] === '"a"' ? 304 : 503);
    response.end();
  };

  const [busy, same] = [await ask("/x"), await ask("/x", undefined, { "If-None-Match": '"a"' })];

  assert.deepEqual([busy.status, busy.headers.get("Retry-After")], [503, "7"]);
  assert.equal(same.status, 304);
});

/** @param {(message: any) => any} judge */
function linked(judge) {
  const listeners = /** @type {any} */ ({
    assignment: async (/** @type {any} */ message) => judge(message),
    welcome() {},
    link() {},
    refused() {},
  });
  const version = () => 1;
  return new Connection({ token: "t", boot: "b", player: "1", version, listeners });
}

/** @type {(message: any) => any} */
const judged = (message) => {
  reported.push(JSON.stringify(message));
  return { state: message?.assignment === "good" ? "accepted" : "refused" };
};

test("what a portal sends in place of an order, and where it redirects to, is judged as malformed", async () => {
  const connection = linked(judged);
  play = (_, response) => response.end("<h1>Log in</h1>");
  await connection.fetchAssignment();
  play = ({ url }, response) =>
    url === "/login"
      ? response.end('{"assignment": "good"}')
      : response.writeHead(302, { Location: "/login" }).end();
  await connection.fetchAssignment();

  assert.deepEqual(reported, ["null", "null"]);
});

test("a refused order's ETag isn't used: the server's own order would never come", async () => {
  const connection = linked(judged);
  /** @type {(string | undefined)[]} */
  const tags = [];
  let assignment = "bad";
  play = (request, response) => {
    tags.push(request.headers["if-none-match"]);
    response.setHeader("ETag", `"${assignment}"`).end(JSON.stringify({ assignment }));
  };
  for (const next of ["bad", "good", "good"]) {
    assignment = next;
    await connection.poll();
  }
  await connection.fetchAssignment();

  assert.deepEqual(tags, [undefined, undefined, '"good"', undefined]);
});

const asset = /** @type {import("../../player/src/protocol.js").Asset} */ ({
  digest: "a".repeat(64),
  kind: "image",
  type: "image/jpeg",
  bytes: 50_000,
  width: 1,
  height: 1,
});

/** @returns {MediaCache} */
const freshMedia = () =>
  new MediaCache({
    cache: /** @type {any} */ (new MemoryCache()),
    token: () => "t",
    incident: (code, detail) => reported.push(`${code} ${detail.slice(0, 1)}`),
  });

test("a file cut short is reported; without network there is nothing to report", async () => {
  const media = freshMedia();
  play = (_, response) => response.end("short");
  media.ensure(asset);
  await until("its incident", () => reported.length);
  media.scope.end();

  media.explain(new TypeError("Failed to fetch"), asset.digest);
  assert.deepEqual(reported, ["asset_failed a"]);
});

test("a file that comes by drips is given up within 36 seconds, and reported", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const media = freshMedia();
  const asked = new Promise((done) => {
    play = (_, response) => {
      response.write("drip");
      done(null);
    };
  });
  media.ensure(asset);
  await asked;
  while (!reported.length) {
    context.mock.timers.tick(36_000);
    await new Promise((done) => setImmediate(done));
  }
  media.scope.end();

  assert.deepEqual(reported, ["asset_failed a"]);
});

test("incidents wait until a beat is answered as only the server does", async () => {
  const store = /** @type {any} */ ({ put: async () => {} });
  const incidents = new Incidents(store);
  /** @type {any} */
  let answer = {};
  const nothing = () => {};
  const parts = { state: async () => ({}), send: async () => answer, newest: nothing };
  const report = new Report({ incidents, player: nothing, ...parts });
  incidents.add("asset_corrupt", "x".repeat(300));
  incidents.add("asset_corrupt", "x".repeat(300));
  await report.beat();

  assert.deepEqual(
    incidents.copy().map(({ count }) => count),
    [2],
  );
  answer = { version: 3 };
  await report.beat();
  assert.deepEqual(incidents.copy(), []);
});
