"""A proxy between a player and its server that may read, withhold, alter and forge messages.

It terminates HTTP and the websocket and opens its own towards the server, so that an `Attack` has
whole answers and whole Socket.IO messages. Without an attack it is transparent.
"""

import contextlib
import http.client
import json
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from threading import Lock, Thread
from typing import Any, Final

from tests.support.network.websocket_frames import TEXT, Frame, read_frame
from tests.support.patience import PATIENCE_S

HOP: Final = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
NOT_PASSED: Final = {"accept-encoding", "connection", "sec-websocket-extensions"}
BEAT: Final = re.compile(r'^42/screen,(\d+)\["beat",(.*)\]$', re.DOTALL)
ACKNOWLEDGED: Final = re.compile(r"^43/screen,(\d+)\[", re.DOTALL)
ASSIGNMENT: Final = re.compile(r'^42/screen,\d*\["assignment",(.*)\]$', re.DOTALL)


@dataclass(frozen=True)
class Reply:
    """An answer to a request; a body in pieces may come slowly, or never end."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""

    def pieces(self) -> Iterable[bytes]:
        """The body as it is sent."""
        return [self.body] if isinstance(self.body, bytes) else self.body


@dataclass(frozen=True)
class Asked:
    """A request of the player's; `bearer` is the token in it, if there is one."""

    path: str
    bearer: str
    content: bytes


class Attack:
    """An attack on the traffic; this one does nothing."""

    refuses_sockets = False

    def reply(self, asked: Asked) -> Reply | None:
        """In place of the server, by all that was asked."""
        return self.answer(asked.path)

    def answer(self, path: str) -> Reply | None:
        """In place of the server, which then isn't asked; None lets the request pass."""
        del path
        return None

    def down(self, message: str) -> str | None:
        """A message of the server's; None withholds it."""
        return message


@dataclass(eq=False)
class Wire:
    """One websocket of the player's; frames to it are sent whole."""

    player: socket.socket
    server: socket.socket
    beats: dict[str, dict[str, Any]] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def send(self, frame: Frame) -> None:
        """To the player."""
        with self._turn:
            self.player.sendall(frame.packed(masked=False))

    def cut(self) -> None:
        """As a network does it."""
        for end in (self.player, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class HostileProxy:
    """Listens on a port of its own; `attacks` may be changed at any time."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.attacks: list[Attack] = []
        self.beats: list[dict[str, Any]] = []
        """That the server has acknowledged."""
        self.assignments: list[dict[str, str]] = []
        """That the server has sent over sockets."""
        self._wires: set[Wire] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def base(self) -> str:
        """Where the player finds it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def under(self, *attacks: Attack) -> Iterator[None]:
        """With these attacks beside those that go on."""
        self.attacks = [*self.attacks, *attacks]
        try:
            yield
        finally:
            self.attacks = [one for one in self.attacks if one not in attacks]

    def inject(self, event: str, payload: Any) -> None:
        """Send an event in the server's place to all sockets, with an acknowledgement asked for."""
        text = f"42/screen,999{json.dumps([event, payload], separators=(',', ':'))}"
        for wire in list(self._wires):
            wire.send(Frame(TEXT, text.encode()))

    def cut(self) -> None:
        """End all sockets; players come back by themselves."""
        for wire in list(self._wires):
            wire.cut()

    def close(self) -> None:
        """Stop."""
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    def carry(self, wire: Wire, player: BufferedIOBase, server: BufferedIOBase) -> None:
        """A socket's frames both ways until one side ends."""
        self._wires.add(wire)
        upward = Thread(target=self._carry_up, args=(wire, player), daemon=True)
        upward.start()
        try:
            while (frame := read_frame(server)) is not None:
                self._carry_down(wire, frame)
        except (OSError, ValueError):
            pass
        finally:
            self._wires.discard(wire)
            wire.cut()
            upward.join(PATIENCE_S)

    def _carry_up(self, wire: Wire, player: BufferedIOBase) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (frame := read_frame(player)) is not None:
                found = BEAT.match(frame.payload.decode(errors="replace"))
                if found is not None:
                    wire.beats[found[1]] = json.loads(found[2])
                wire.server.sendall(frame.packed(masked=True))
        wire.cut()

    def _carry_down(self, wire: Wire, frame: Frame) -> None:
        message: str | None = frame.payload.decode(errors="replace")
        if frame.opcode != TEXT:
            return wire.send(frame)
        self._note(wire, str(message))
        for attack in self.attacks:
            message = attack.down(message) if message is not None else None
        if message is not None:
            wire.send(Frame(TEXT, message.encode()))
        return None

    def _note(self, wire: Wire, message: str) -> None:
        acknowledged, assigned = ACKNOWLEDGED.match(message), ASSIGNMENT.match(message)
        if acknowledged is not None and acknowledged[1] in wire.beats:
            self.beats.append(wire.beats.pop(acknowledged[1]))
        if assigned is not None:
            self.assignments.append(json.loads(assigned[1]))


class Handler(BaseHTTPRequestHandler):
    """One request of the player's; `proxy` is set in a class of each proxy's own."""

    proxy: HostileProxy
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        """A player that lets go of an answer is no fault."""
        with contextlib.suppress(OSError):
            super().handle_one_request()

    def do_GET(self) -> None:
        """A question, or a socket."""
        if self.headers.get("Upgrade") is None:
            self._pass()
        elif any(attack.refuses_sockets for attack in self.proxy.attacks):
            self._send(Reply(502))
        else:
            self._join()

    def do_POST(self) -> None:
        """A message without a socket."""
        self._pass()

    def _pass(self) -> None:
        """Attacks in turn: the first that answers does so in the server's place."""
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = Asked(self.path, bearer, content)
        answers = (attack.reply(asked) for attack in self.proxy.attacks)
        reply = next((one for one in answers if one is not None), None)
        self._send(reply or self._asked(content))

    def _asked(self, content: bytes) -> Reply:
        """The server's answer."""
        server = http.client.HTTPConnection("127.0.0.1", self.proxy.upstream, timeout=PATIENCE_S)
        try:
            server.request(self.command, self.path, content or None, self._passed_on())
            answer = server.getresponse()
            body = answer.read()
        except OSError:
            return Reply(502)
        finally:
            server.close()
        if self.path.endswith("/player/beat") and answer.status == 200:
            self.proxy.beats.append(json.loads(content))
        named = {k: v for k, v in answer.getheaders() if k.lower() not in HOP}
        return Reply(answer.status, named, body)

    def _passed_on(self) -> dict[str, str]:
        return {k: v for k, v in self.headers.items() if k.lower() not in NOT_PASSED}

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if isinstance(reply.body, bytes):
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in reply.pieces():
            self.wfile.write(piece)

    def _join(self) -> None:
        """The handshake as it is, but for compression; then frame by frame."""
        self.close_connection = True
        with socket.create_connection(("127.0.0.1", self.proxy.upstream)) as server:
            lines = [f"{k}: {v}" for k, v in self._passed_on().items()]
            lines = [f"GET {self.path} HTTP/1.1", "Connection: Upgrade", *lines, "", ""]
            server.sendall("\r\n".join(lines).encode())
            with server.makefile("rb") as stream:
                head = b""
                while not head.endswith(b"\r\n\r\n") and (line := stream.readline()):
                    head += line
                self.wfile.write(head)
                if b" 101 " in head.partition(b"\r\n")[0]:
                    self.proxy.carry(Wire(self.connection, server), self.rfile, stream)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def hostile_proxy(base: str) -> Iterator[HostileProxy]:
    """A proxy before the server at an address."""
    proxy = HostileProxy(int(base.rpartition(":")[2]))
    try:
        yield proxy
    finally:
        proxy.close()


def _handler(proxy: HostileProxy) -> type[Handler]:
    return type("Bound", (Handler,), {"proxy": proxy})
