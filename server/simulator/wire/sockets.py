"""One Socket.IO connection over a WebSocket, read by its own greenlet.

Waiting yields to other greenlets, whether or not gevent has patched the process.
"""

import base64
import json
import os
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import gevent
import structlog
from gevent import socket, ssl
from gevent.event import AsyncResult

from server.simulator.wire import frames, packets
from server.simulator.wire.protocol import ANSWER_S, Json, Listener, NoNetwork, Refused

log = structlog.get_logger(__name__)

PATH: Final = "/socket.io/?EIO=4&transport=websocket"
CHUNK: Final = 65_536
LONGEST_HEAD: Final = 16_384
# Until the server has sent its ping interval.
OPEN_S: Final = 20.0


class Socket:
    """A connection from `open` to `close`, or until it breaks."""

    def __init__(self, base: str, auth: Json, listener: Listener) -> None:
        self._place = urlsplit(base)
        self._auth = auth
        self._listener = listener
        self._wire: socket.socket | None = None
        self._reader = frames.Reader()
        self._asked: dict[int, AsyncResult] = {}
        self._count = 0
        self._welcome = AsyncResult()
        self.up = False

    def open(self) -> None:
        """Connect, and return when the namespace has accepted. Raises NoNetwork, Refused."""
        try:
            self._wire = self._dial()
            rest = self._shake_hands(self._wire)
        except OSError as error:
            self.close()
            raise NoNetwork(str(error)) from error
        gevent.spawn(self._listen, self._wire, rest)
        try:
            self._welcome.get(timeout=ANSWER_S)
        except gevent.Timeout as error:
            self.close()
            raise NoNetwork from error
        except Refused:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; pending requests fail."""
        wire, self._wire, self.up = self._wire, None, False
        for waiting in (*self._asked.values(), self._welcome):
            if not waiting.ready():
                waiting.set_exception(NoNetwork())
        if wire is not None:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()

    def send(self, event: str, payload: Json) -> Any:
        """Send an event and wait for the ack. Raises NoNetwork."""
        self._count += 1
        number, waiting = self._count, AsyncResult()
        self._asked[number] = waiting
        try:
            self._send(packets.write(packets.EVENT, [event, payload], number))
            return waiting.get(timeout=ANSWER_S)
        except gevent.Timeout as error:
            raise NoNetwork from error
        finally:
            del self._asked[number]

    def _dial(self) -> socket.socket:
        port = self._place.port or (443 if self._place.scheme == "https" else 80)
        wire = socket.create_connection((self._place.hostname or "", port), timeout=ANSWER_S)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._place.scheme == "https":
            # The default factory makes standard library contexts, whose sockets block all greenlets
            # in an unpatched process. This one checks names and certificates.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_default_certs()
            return context.wrap_socket(wire, server_hostname=self._place.hostname)
        return wire

    def _shake_hands(self, wire: socket.socket) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        wire.sendall(
            f"GET {PATH} HTTP/1.1\r\nHost: {self._place.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            more = wire.recv(CHUNK)
            if not more or len(head) > LONGEST_HEAD:
                raise OSError("no answer")
            head += more
        first, _, rest = head.partition(b"\r\n\r\n")
        if b" 101 " not in first.split(b"\r\n", 1)[0]:
            raise OSError(first[:60].decode(errors="replace"))
        return rest

    def _listen(self, wire: socket.socket, rest: bytes) -> None:
        """Read until the end; silence beyond the server's interval is a dead link."""
        try:
            wire.settimeout(OPEN_S)
            self._take(rest, wire)
            while more := wire.recv(CHUNK):
                self._take(more, wire)
        except (OSError, NoNetwork, frames.BadFrame, ValueError) as error:
            log.debug("socket_closed", reason=str(error))
        if self._wire is wire:
            self.close()
            self._listener.wake()

    def _take(self, data: bytes, wire: socket.socket) -> None:
        for opcode, payload in self._reader.feed(data):
            if opcode == frames.TEXT:
                self._read(payload.decode(), wire)
            elif opcode == frames.PING:
                wire.sendall(frames.frame(frames.PONG, payload))
            elif opcode == frames.CLOSE:
                raise OSError("closed")

    def _read(self, text: str, wire: socket.socket) -> None:
        if text[:1] == packets.OPEN:
            opening = json.loads(text[1:])
            wire.settimeout((opening["pingInterval"] + opening["pingTimeout"]) / 1000)
            self._send(packets.write(packets.CONNECT, self._auth))
        elif text == packets.PING:
            self._send(packets.PONG)
        else:
            packet = packets.read(text)
            if packet is not None:
                self._act(packet)

    def _act(self, packet: packets.Packet) -> None:
        if packet.kind == packets.CONNECT:
            self.up = True
            self._welcome.set(None)
        elif packet.kind == packets.CONNECT_ERROR:
            code = (packet.content.get("data") or {}).get("code", "refused")
            self._welcome.set_exception(Refused(401, code))
        elif packet.kind == packets.DISCONNECT:
            raise OSError("disconnected")
        elif packet.kind == packets.ACK and packet.number in self._asked:
            self._asked[packet.number].set(packet.content[0] if packet.content else None)
        elif packet.kind == packets.EVENT:
            gevent.spawn(self._answer, packet)

    def _answer(self, packet: packets.Packet) -> None:
        name, payload = (*packet.content, None)[:2]
        answer = self._listener.receive(name, payload)
        if packet.number is None:
            return
        with suppress(NoNetwork):  # the connection that sent the request is gone
            self._send(packets.write(packets.ACK, [answer], packet.number))

    def _send(self, text: str) -> None:
        wire = self._wire
        if wire is None:
            raise NoNetwork
        try:
            wire.sendall(frames.frame(frames.TEXT, text.encode()))
        except OSError as error:
            raise NoNetwork(str(error)) from error
