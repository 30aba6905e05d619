// The official Socket.IO server, doing what app.py does.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((request, response) => {
  const url = new URL(request.url, "http://127.0.0.1");
  if (url.pathname === "/emit") {
    const body = "x".repeat(Number(url.searchParams.get("bytes")));
    io.of("/screen").emit("manifest", { at: Number(process.hrtime.bigint()), body });
  }
  response.end("{}");
});
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
io.of("/screen").on("connection", (socket) => {
  socket.on("clock", ({ t0 }, answer) => answer({ t0, t1: Date.now() }));
});
http.listen(Number(process.argv[2]), "127.0.0.1");
