"""Connections that stay open, on which requests are sent and answers awaited, without threads."""

import json
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

HEAD_END = b"\r\n\r\n"


@dataclass
class Lane:
    """One connection and the requests that it sends one after another.

    `check` fails for a body that isn't the answer hoped for.
    """

    wire: socket.socket
    requests: Iterator[bytes]
    check: Callable[[Any], None]
    waits_ms: list[float] = field(default_factory=list)
    _received: bytes = b""
    _sent: bytes = b""
    _sent_at: float = 0.0

    def __post_init__(self) -> None:
        self._address = self.wire.getpeername()

    def send(self) -> bool:
        """The next request; whether there was one."""
        request = next(self.requests, None)
        if request is None:
            return False
        self._sent, self._sent_at = request, time.perf_counter()
        self.wire.sendall(request)
        return True

    def send_again(self) -> None:
        """The last request over a new connection, as players do whose connection was shut."""
        self.wire.close()
        self.wire = socket.create_connection(self._address)
        self._received = b""
        self.wire.sendall(self._sent)

    def receive(self) -> bool:
        """Take in what came; whether the answer is whole. Fails if it isn't a good one.

        Raises ConnectionError if the server has shut the connection.
        """
        came = self.wire.recv(65_536)
        if not came:
            raise ConnectionResetError(f"shut after {self._received[:300]!r}")
        self._received += came
        head, found, body = self._received.partition(HEAD_END)
        if not found or len(body) < _length(head):
            return False
        assert head.startswith(b"HTTP/1.1 200"), self._received[:300]
        self.check(json.loads(body))
        self.waits_ms.append(1000 * (time.perf_counter() - self._sent_at))
        self._received = b""
        return True


def _length(head: bytes) -> int:
    lowered = head.lower()
    return int(lowered.partition(b"content-length:")[2].split(b"\r\n", 1)[0])


def drive(lanes: list[Lane], seconds: float) -> float:
    """Let all lanes hand in for so long; how long it really took."""
    ears = selectors.DefaultSelector()
    began = time.perf_counter()
    for lane in lanes:
        if lane.send():
            ears.register(lane.wire, selectors.EVENT_READ, lane)
    while ears.get_map():
        for key, _ in ears.select():
            ready: Lane = key.data
            if not ready.receive():
                continue
            if time.perf_counter() - began > seconds or not lane.send():
                ears.unregister(lane.wire)
    return time.perf_counter() - began


def open_lanes(
    place: str, requests: Sequence[Sequence[bytes]], check: Callable[[Any], None]
) -> list[Lane]:
    """A connection for each list of requests; `place` is host:port."""
    host, _, port = place.partition(":")
    return [Lane(socket.create_connection((host, int(port))), iter(one), check) for one in requests]


def post(path: str, place: str, token: str, body: bytes) -> bytes:
    """A whole request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(frozen=True)
class Rate:
    """Plays a second, and how long answers took."""

    a_second: float
    waits_ms: Sequence[float]

    def printed(self) -> str:
        """In one line."""
        cuts = statistics.quantiles(self.waits_ms, n=100)
        return (
            f"{self.a_second:,.0f} plays/s acknowledged; waits: median {cuts[49]:.1f} ms, "
            f"p99 {cuts[98]:.1f} ms, most {max(self.waits_ms):.1f} ms"
        )


def rate_of(lanes: Sequence[Lane], batch: int, seconds: float) -> Rate:
    """Drive the lanes for so long."""
    took_s = drive(list(lanes), seconds)
    waits = [one for lane in lanes for one in lane.waits_ms]
    for lane in lanes:
        lane.wire.close()
    return Rate(len(waits) * batch / took_s, waits)
