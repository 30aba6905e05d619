// The official client in Node, against a server at argv[2] with the token argv[3]: one line each.
import { io } from "socket.io-client";

const [base, token] = process.argv.slice(2);
const socket = io(`${base}/screen`, {
  transports: ["websocket"],
  auth: { token, boot: "9f3c2a7be1d04c55", version: null, protocol: 1 },
  reconnectionDelay: 100,
  reconnectionDelayMax: 200,
});
const print = (...words) => console.log(JSON.stringify(words));
socket.on("connect", async () => {
  const { t0 } = await socket.emitWithAck("clock", { t0: 7 });
  print("in", t0);
});
socket.on("assignment", (message, answer) => {
  const { version } = JSON.parse(message.assignment);
  answer({ version, state: "accepted" });
  print("assignment", version);
});
socket.on("manifest", ({ body }) => print("manifest", body.length));
socket.on("restarting", () => print("restarting"));
socket.on("disconnect", (reason, details) => print("out", reason, details?.context?.code ?? null));
socket.on("connect_error", (error) => print("error", error.message, error.data ?? null));
