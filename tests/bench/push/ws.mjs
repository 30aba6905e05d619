// Bare websockets of Node's `ws`, speaking as much Socket.IO as the load needs.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const http = createServer((request, response) => {
  const url = new URL(request.url, "http://127.0.0.1");
  if (url.pathname === "/emit") {
    const body = "x".repeat(Number(url.searchParams.get("bytes")));
    const payload = { at: Number(process.hrtime.bigint()), body };
    const text = Buffer.from(`42/screen,${JSON.stringify(["manifest", payload])}`);
    for (const client of server.clients) client.send(text, { binary: false });
  }
  response.end("{}");
});
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
server.on("connection", (client) => {
  client.send('0{"sid":"s","upgrades":[],"pingTimeout":20000,"pingInterval":25000}');
  client.on("message", (data) => {
    const text = data.toString();
    if (text.startsWith("40")) client.send('40/screen,{"sid":"s"}');
    const asked = /^42\/screen,(\d+)\["clock",(.*)\]$/.exec(text);
    if (asked !== null) {
      const { t0 } = JSON.parse(asked[2]);
      client.send(`43/screen,${asked[1]}[{"t0":${t0},"t1":${Date.now()}}]`);
    }
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
