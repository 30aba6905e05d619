// The official Socket.IO server, letting screens in and answering their beats with a version.
import { createServer } from "node:http";
import { Server } from "socket.io";

const QUEUE = 4096; // all that come at once may wait to be accepted
const http = createServer((_request, response) => response.end("{}"));
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
io.of("/screen").on("connection", (socket) => {
  socket.on("beat", (beat, answer) => answer({ version: beat.version }));
});
http.listen(Number(process.argv[2]), "127.0.0.1", QUEUE);
