"""Thousands of players in one process that lose their server and come back, on one epoll.

Each waits between 0.5 and 5 s after each failure, as the real one does, and hands in one play as
soon as it is let in, with the number after the last one that was acknowledged.
"""

import base64
import errno
import json
import os
import random
import select
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.app.inventory import BoundScreen
from tests.support.network.raw_socket import CLOSE, PATH, masked
from tests.support.network.websocket_frames import Frame

BACK_OFF_S = (0.5, 5.0)
PENDING = {0, errno.EINPROGRESS, errno.EAGAIN}


@dataclass(eq=False)
class Returning:
    """A player: `back_s` is when it was last let in and its play taken, None while it isn't;
    `due_s` when it tries again to come in, `again_s` to hand in, as the server has asked it to.
    """

    screen: BoundScreen
    boot: str
    due_s: float = 0.0
    again_s: float | None = None
    back_s: float | None = None
    acked: int = 0
    wire: socket.socket | None = None
    buffer: bytes = b""
    has_shaken: bool = False

    def play(self) -> dict[str, Any]:
        """The next one, outside any plan."""
        return {
            "boot": self.boot, "first": self.acked + 1, "manifest": None, "clock": None,
            "assets": ["f" * 64], "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [0],
            "start_ms": [1000 * self.acked + 1], "shown_ms": [500], "state": [0], "cause": [4],
            "error": [None],
        }  # fmt: skip


@dataclass
class Storm:
    """All of them; `listening_s` is when the first was answered since `lost` was asked."""

    port: int
    players: list[Returning]
    listening_s: float | None = None
    tries: int = 0
    asked_to_wait: int = 0
    _poll: select.epoll = field(default_factory=select.epoll)
    _by_number: dict[int, Returning] = field(default_factory=dict)

    @classmethod
    def of(cls, port: int, screens: Iterable[BoundScreen]) -> "Storm":
        """One player for each screen."""
        return cls(port, [Returning(screen, f"{screen.id:016x}") for screen in screens])

    def forget_times(self) -> None:
        """From now on times are of the next comeback."""
        self.listening_s, self.tries, self.asked_to_wait = None, 0, 0
        for one in self.players:
            one.back_s = None

    def run(self, until: Callable[[], bool], within_s: float) -> bool:
        """Let them do what they do until something is so; whether it was in time."""
        end_s = time.monotonic() + within_s
        while not until():
            now_s = time.monotonic()
            if now_s > end_s:
                return False
            for one in self.players:
                if one.wire is None and one.due_s <= now_s:
                    self._connect(one)
                elif one.wire is not None and one.again_s is not None and one.again_s <= now_s:
                    self._hand_in(one, one.wire)
            for number, event in self._poll.poll(0.05):
                one = self._by_number.get(number)
                if one is not None:
                    self._on(one, event)
        return True

    def all_back(self) -> bool:
        """Whether each is let in and its play acknowledged."""
        return all(one.back_s is not None and not one.buffer for one in self.players)

    def close(self) -> None:
        """Give all sockets back."""
        for one in self.players:
            self._drop(one)
        self._poll.close()

    def _connect(self, one: Returning) -> None:
        self.tries += 1
        one.wire = socket.socket()
        one.wire.setblocking(False)
        if one.wire.connect_ex(("127.0.0.1", self.port)) not in PENDING:
            self._drop(one)
            return
        self._by_number[one.wire.fileno()] = one
        self._poll.register(one.wire.fileno(), select.EPOLLOUT)

    def _on(self, one: Returning, event: int) -> None:
        assert one.wire is not None
        try:
            if event & select.EPOLLOUT:
                self._shake_hands(one, one.wire)
            else:
                data = one.wire.recv(1 << 16)
                if not data:
                    raise ConnectionResetError
                one.buffer += data
                self._read(one, one.wire)
        except OSError:
            self._drop(one)

    def _shake_hands(self, one: Returning, wire: socket.socket) -> None:
        fault = wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if fault:
            raise OSError(fault, "refused")
        headers = {
            "Host": "127.0.0.1",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
        lines = [f"GET {PATH} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        wire.send("\r\n".join(lines).encode())
        self._poll.modify(wire.fileno(), select.EPOLLIN)

    def _read(self, one: Returning, wire: socket.socket) -> None:
        if not one.has_shaken:
            head, found, rest = one.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:20]:
                raise ConnectionRefusedError
            self.listening_s = self.listening_s or time.monotonic()
            one.has_shaken, one.buffer = True, rest
        while (frame := _first(one)) is not None:
            if frame.opcode == CLOSE:
                raise ConnectionResetError
            self._take(one, wire, frame.payload.decode())

    def _take(self, one: Returning, wire: socket.socket, text: str) -> None:
        if text.startswith("0"):
            auth = {"token": one.screen.token, "boot": one.boot, "version": None, "protocol": 1}
            wire.send(masked(0x81, f"40/screen,{json.dumps(auth)}".encode()))
        elif text == "2":
            wire.send(masked(0x81, b"3"))
        elif text.startswith("40/screen,"):
            self._hand_in(one, wire)
        elif text.startswith("43/screen,1["):
            answer = json.loads(text[len("43/screen,1") :])[0]
            if "error" in answer:
                self.asked_to_wait += 1
                one.again_s = time.monotonic() + answer["error"]["retry_after_ms"] / 1000
            else:
                one.acked, one.back_s = answer["upto"], time.monotonic()

    def _hand_in(self, one: Returning, wire: socket.socket) -> None:
        one.again_s = None
        wire.send(masked(0x81, f"42/screen,1{json.dumps(['plays', one.play()])}".encode()))

    def _drop(self, one: Returning) -> None:
        if one.wire is not None:
            self._by_number.pop(one.wire.fileno(), None)
            one.wire.close()
        one.wire, one.buffer, one.has_shaken, one.again_s = None, b"", False, None
        one.due_s = time.monotonic() + random.uniform(*BACK_OFF_S)


def _first(one: Returning) -> Frame | None:
    """The first whole frame of the received bytes, removed from them."""
    if len(one.buffer) < 2:
        return None
    size, head = one.buffer[1] & 0x7F, 2
    if size >= 126:
        head = 4 if size == 126 else 10
        size = int.from_bytes(one.buffer[2:head], "big")
    if len(one.buffer) < head + size:
        return None
    frame = Frame(one.buffer[0] & 0x0F, one.buffer[head : head + size])
    one.buffer = one.buffer[head + size :]
    return frame
