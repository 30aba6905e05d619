"""Players of the load that keep quiet: what came is read afterwards, with the kernel's times."""

import json
import re
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.bench.push.load import come, noting_times
from tests.support.network.raw_socket import CLOSE, RawSocket, masked

ORDER: Final = re.compile(rb'42/screen,(\d+)\["assignment",(.*)\]$', re.DOTALL)
PING: Final = b"2"
POLL_INTERVAL_S: Final = 0.05
TEXT: Final = 0x81


@dataclass(eq=False)
class Seat:
    """A connection that was let in; `order` is the newest that came, at `came_ns`."""

    wire: socket.socket
    received: bytes = b""
    number: bytes = b""
    order: bytes = b""
    came_ns: int = 0

    def poll(self) -> None:
        """Process received messages, and answer pings."""
        data, at_ns = come(self.wire)
        self.received += data
        while (payload := self._next()) is not None:
            if payload == PING:
                self.wire.send(masked(TEXT, b"3"))
            found = ORDER.match(payload)
            if found is not None:
                self.number, self.order, self.came_ns = found[1], found[2], at_ns

    def _next(self) -> bytes | None:
        """The payload of the next whole frame."""
        if len(self.received) < 2:
            return None
        size, head = self.received[1], 2
        if size == 126:
            size, head = int.from_bytes(self.received[2:4], "big"), 4
        if len(self.received) < head + size:
            return None
        ends = self.received[0] & 0x0F == CLOSE
        payload, self.received = self.received[head : head + size], self.received[head + size :]
        assert not ends, f"the server ended it: {payload!r}"
        return payload

    def accept(self) -> None:
        """Answer the order that came as a player does that follows it."""
        version = json.loads(json.loads(self.order)["assignment"])["version"]
        answer = json.dumps([{"version": version, "state": "accepted"}])
        self.send(b"43/screen,%s%s" % (self.number, answer.encode()))
        self.order = b""

    def send(self, text: bytes) -> None:
        """A message."""
        self.wire.send(masked(TEXT, text))


def seat(base: str, **auth: Any) -> Seat:
    """One who came in."""
    made = RawSocket(base)
    made.enter(**auth)
    wire = noting_times(made.socket)
    found = Seat(wire, made.stream.peek())
    made.stream.detach()
    return found


def ordered(seats: Sequence[Seat], within_s: float) -> list[Seat]:
    """Wait until each was sent an order. Fails if that takes too long."""
    until_s = time.monotonic() + within_s
    while waiting := [one for one in seats if not one.order]:
        assert time.monotonic() < until_s, f"{len(waiting)} were sent nothing"
        time.sleep(POLL_INTERVAL_S)
        for one in waiting:
            one.poll()
    return list(seats)
