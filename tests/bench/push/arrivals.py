"""All screens of a district connect at once, and beat meanwhile.

    python -m tests.bench.push.arrivals [screens] [rounds]

The whole web server with SQLite, as `make run` has it, and Node's `socket.io`, which lets everyone
in and answers beats with a version, in turns. Each screen beats once in 30 s, so that a third of
them do so in the ten seconds from the first connection on; one whose beat is due before it was let
in sends it then. Fails if a goal is missed: a beat isn't acknowledged, p99 of those that are is
above one second, or a beat costs more of a processor, with all that was let in, than Node's.
"""

import json
import select
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from tests.bench.push.node_server import node_server
from tests.support.app.world import make_world
from tests.support.devices.socket_player import beat
from tests.support.factories.one_plan import one_plan
from tests.support.network.raw_socket import PATH, masked
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import web_worker
from tests.support.speed.cpu import used_ms

PERIOD_S: Final = 30.0
WATCHED_S: Final = 10.0
PATIENCE_S: Final = 60.0
REST_S: Final = 3.0
TEXT: Final = 0x81
SERVER: Final = ROOT / "tests/bench/push/arrivals.mjs"
MOST_P99_MS: Final = 1_000.0
MOST_OF_NODE: Final = 1.0


@dataclass(eq=False)
class Arriving:
    """A screen that connects: when it was let in, sent its beat and got the acknowledgement."""

    auth: dict[str, Any]
    due_s: float
    wire: socket.socket = field(init=False)
    received: bytes = b""
    is_opened: bool = False
    entered_s: float | None = None
    sent_s: float | None = None
    acknowledged_s: float | None = None

    def begin(self, host: str, port: int) -> None:
        """Connect without waiting."""
        self.wire = socket.socket()
        self.wire.setblocking(False)
        self.wire.connect_ex((host, port))

    def ask_in(self, host: str, port: int) -> None:
        """The handshake's request."""
        lines = (
            f"GET {PATH} HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        )
        self.wire.send("\r\n".join((*lines, "", "")).encode())

    def receive(self) -> None:
        """Take in what came, and go on by it."""
        data = self.wire.recv(1 << 16)
        assert data, "the server ended a connection"
        self.received += data
        if not self.is_opened and b"\r\n\r\n" in self.received and b"0{" in self.received:
            assert self.received.startswith(b"HTTP/1.1 101"), self.received
            self.is_opened = True
            self._send("40/screen," + json.dumps(self.auth))
        if self.entered_s is None and b'40/screen,{"sid"' in self.received:
            self.entered_s = time.monotonic()
        if self.sent_s is not None and b"43/screen,7[" in self.received:
            self.acknowledged_s = time.monotonic()
            self.received = b""

    def beat(self) -> None:
        """Send the beat that is due."""
        self.sent_s = time.monotonic()
        text = json.dumps(["beat", beat(boot=self.auth["boot"])])
        self._send("42/screen,7" + text)

    def _send(self, text: str) -> None:
        self.wire.send(masked(TEXT, text.encode()))


@dataclass
class Round:
    """What one rush was like: processor (ms) of the server, seconds until all were in, waits."""

    used_ms: float
    all_in_s: float
    beats: int
    waits_ms: list[float]

    @property
    def a_beat_us(self) -> float:
        """Of a processor, with what letting all in took."""
        return self.used_ms * 1000 / self.beats


def rush(base: str, pid: int, auths: Sequence[dict[str, Any]]) -> Round:
    """All connect at once; from then on for ten seconds."""
    host, _, port = base.removeprefix("http://").partition(":")
    screens = [Arriving(auth, PERIOD_S * n / len(auths)) for n, auth in _shuffled(auths)]
    used, began_s = used_ms(pid), time.monotonic()
    for one in screens:
        one.begin(host, int(port))
    _follow(screens, host, int(port), began_s)
    beating = [one for one in screens if one.due_s < WATCHED_S]
    waits = [_wait_ms(one) for one in beating if one.acknowledged_s is not None]
    all_in_s = max(one.entered_s or began_s + PATIENCE_S for one in screens) - began_s
    found = Round(used_ms(pid) - used, all_in_s, len(beating), waits)
    for one in screens:
        one.wire.close()
    time.sleep(REST_S)
    return found


def _shuffled(auths: Sequence[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each with a place in the period, as far from its neighbours' as can be."""
    count = len(auths)
    return ((place * 7919 % count, auth) for place, auth in enumerate(auths))


def _follow(screens: list[Arriving], host: str, port: int, began_s: float) -> None:
    poll, by_number = select.epoll(), {one.wire.fileno(): one for one in screens}
    for number in by_number:
        poll.register(number, select.EPOLLOUT)
    waiting = sorted((one for one in screens if one.due_s < WATCHED_S), key=lambda one: one.due_s)
    while (passed_s := time.monotonic() - began_s) < PATIENCE_S:
        for number, event in poll.poll(0.005):
            one = by_number[number]
            if event & select.EPOLLOUT:
                one.ask_in(host, port)
                poll.modify(number, select.EPOLLIN)
            else:
                one.receive()
        for one in [one for one in waiting if one.due_s <= passed_s and one.entered_s is not None]:
            one.beat()
            waiting.remove(one)
        if passed_s >= WATCHED_S and _is_over(screens):
            break
    poll.close()


def _is_over(screens: list[Arriving]) -> bool:
    return all(
        one.entered_s is not None and (one.acknowledged_s is not None or one.due_s >= WATCHED_S)
        for one in screens
    )


def _wait_ms(one: Arriving) -> float:
    assert one.sent_s is not None
    assert one.acknowledged_s is not None
    return (one.acknowledged_s - one.sent_s) * 1000


def main(count: int = 2_000, rounds: int = 3) -> int:
    """Measure in turns and print; 1 if a goal is missed."""
    own, other = list[Round](), list[Round]()
    with tempfile.TemporaryDirectory(dir=ROOT) as folder, node_server(SERVER) as (base, pid):
        world = make_world(Path(folder))
        _, _, screens = one_plan(world, count)
        auths = [
            {"token": one.token, "boot": f"{one.id:016x}", "version": 1, "protocol": 1}
            for one in screens
        ]
        with web_worker(world) as site:
            assert site.figures['anping_socket_layer{layer="own"}'] == 1
            for _ in range(rounds):
                own.append(rush(site.base, site.process.pid, auths))
                other.append(rush(base, pid, auths))
        world.close()
    print(f"{count} screens connect at once, {own[0].beats} beats in {WATCHED_S:.0f} s")
    for name, found in (("own", own), ("socket.io", other)):
        print(f"{name}: {_summary(found)}")
    ratio = median(one.a_beat_us for one in own) / median(one.a_beat_us for one in other)
    print(f"own / socket.io {ratio:.2f} (goal {MOST_OF_NODE})")
    is_met = all(
        len(one.waits_ms) == one.beats and _p99(one.waits_ms) <= MOST_P99_MS for one in own
    )
    return 0 if is_met and ratio <= MOST_OF_NODE else 1


def _summary(found: list[Round]) -> str:
    answered = min(len(one.waits_ms) for one in found)
    return (
        f"all in after {median(one.all_in_s for one in found):.2f} s, at least {answered} beats "
        f"acknowledged, p99 {median(_p99(one.waits_ms) for one in found):.0f} ms, processor for a "
        f"beat with all that was let in {median(one.a_beat_us for one in found):.0f} us"
    )


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
