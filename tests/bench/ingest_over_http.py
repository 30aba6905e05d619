"""How many plays a second a web server acknowledges: `python -m tests.bench.ingest_over_http`.

Screens post batches of 50 plays of a common hour over connections that stay open, each batch once
the one before is acknowledged, which is after a flush to the disk. The web server is that of
production with SQLite; the load is made in this process, on the same cores. `BENCH_DIR` says on
which disk the data lie (by default where the repository is).
"""

import json
import os
import selectors
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playlists.manifest import encode
from tests.bench.ingest import BATCH, HOUR_MS, make_batch, make_plan
from tests.support.cpu import used_ms
from tests.support.on_air import put_on_air
from tests.support.places import BoundScreen, make_screen
from tests.support.plays import Programme, programme_of
from tests.support.serving import ROOT
from tests.support.worker import web_worker
from tests.support.world import World, make_world

LANES = 40
SCREENS = 200
BATCHES = 100  # of each screen: twenty-five hours
DAYS_AGO = 25
HEAD_END = b"\r\n\r\n"


@dataclass
class Lane:
    """One connection and the requests that it sends one after another."""

    wire: socket.socket
    requests: Iterator[bytes]
    waits_ms: list[float] = field(default_factory=list)
    _heard: bytes = b""
    _sent_at: float = 0.0

    def send(self) -> bool:
        """The next request; whether there was one."""
        request = next(self.requests, None)
        if request is None:
            return False
        self._sent_at = time.perf_counter()
        self.wire.sendall(request)
        return True

    def hear(self) -> bool:
        """Take in what came; whether the answer is whole. Fails if it isn't a good one."""
        self._heard += self.wire.recv(65_536)
        head, found, body = self._heard.partition(HEAD_END)
        if not found or len(body) < _length(head):
            return False
        assert head.startswith(b"HTTP/1.1 200"), self._heard[:300]
        assert json.loads(body)["quarantined"] == [], body
        self.waits_ms.append(1000 * (time.perf_counter() - self._sent_at))
        self._heard = b""
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
            lane: Lane = key.data
            if not lane.hear():
                continue
            if time.perf_counter() - began > seconds or not lane.send():
                ears.unregister(lane.wire)
    return time.perf_counter() - began


def requests_of(screens: list[BoundScreen], programme: Programme, host: str) -> list[bytes]:
    """The batches of some screens in turn, as whole requests, made before anything is measured."""
    return [
        _request(
            screen, make_batch(programme.plan.manifest, screen.id, nth, programme.digest), host
        )
        for nth in range(BATCHES)
        for screen in screens
    ]


def _request(screen: BoundScreen, body: bytes, host: str) -> bytes:
    head = (
        f"POST /api/v1/player/plays HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: Bearer {screen.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def furnish(world: World, from_ms: int, programme: Programme) -> list[BoundScreen]:
    """Screens that have had the plan for days."""
    screens = []
    for _ in range(SCREENS):
        screen = make_screen(world, enrolled_at=from_ms)
        put_on_air(world, screen, programme, from_ms)
        screens.append(screen)
    return screens


def main(seconds: float = 15.0) -> None:
    """Print the rate, the waits, and what the server's processor spent on a play."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR", ROOT)) as folder:
        world = make_world(Path(folder))
        from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - DAYS_AGO * 24) * HOUR_MS
        programme = programme_of(encode(make_plan(from_ms)))
        screens = furnish(world, from_ms, programme)
        with web_worker(world) as server:
            place = server.base.removeprefix("http://")
            host, _, port = place.partition(":")
            lanes = [
                Lane(socket.create_connection((host, int(port))), iter(requests))
                for requests in (
                    requests_of(screens[first::LANES], programme, place) for first in range(LANES)
                )
            ]
            before = used_ms(server.process.pid)
            took_s = drive(lanes, seconds)
            spent_ms = used_ms(server.process.pid) - before
        world.close()
    waits = [one for lane in lanes for one in lane.waits_ms]
    plays = len(waits) * BATCH
    cuts = statistics.quantiles(waits, n=100)
    print(f"{plays / took_s:,.0f} plays/s acknowledged, {plays:,} plays in {took_s:.1f} s")
    print(f"wait: median {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, most {max(waits):.1f} ms")
    print(f"server: {1000 * spent_ms / plays:.1f} us of a processor a play")


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:]))
