// The official Socket.IO server, signing and sending each client an order of its own.
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = { key: privateKey, dsaEncoding: "ieee-p1363" };
let acknowledged = 0;
const http = createServer(async (request, response) => {
  if (request.method === "POST") {
    let text = "";
    for await (const piece of request) text += piece;
    const order = JSON.parse(text);
    for (const socket of screens.sockets.values()) {
      const signature = sign("sha256", Buffer.from(order.assignment), key).toString("base64url");
      socket.emit("assignment", { ...order, signature }, () => {
        acknowledged += 1;
      });
    }
  }
  response.end(JSON.stringify({ acknowledged }));
});
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
const screens = io.of("/screen");
http.listen(Number(process.argv[2]), "127.0.0.1");
