"""The same as `ingest_over_http` by socket: `python -m tests.bench.plays.ingest_over_sockets [S]`.

Each screen has a socket of its own and sends its batch once the one before is acknowledged. Fails
if the layer that serves isn't ours.
"""

import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playlists.wire.manifest import encode
from tests.bench.plays.ingest import BATCH, HOUR_MS, make_batch, make_plan
from tests.bench.plays.ingest_over_http import BATCHES, DAYS_AGO, counts, furnish
from tests.bench.plays.lanes import Lane, Rate, rate_of
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import make_world
from tests.support.devices.socket_player import BOOT
from tests.support.network.raw_socket import RawSocket, masked
from tests.support.network.websocket_frames import TEXT, read_frame
from tests.support.plays.plays import Programme, programme_of
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, web_worker
from tests.support.speed.cpu import used_ms

HEAD = b"43/screen,"
TURNS = 5
"""A fifth of the sockets hand in at a time, as many as `ingest_over_http` has connections."""


class SocketLane(Lane):
    """Messages instead of requests."""

    def receive(self) -> bool:
        """Take in what came; whether it was the answer. Fails if it isn't a good one."""
        self._received += self.wire.recv(65_536)
        stream = io.BytesIO(self._received)
        frame = read_frame(stream)  # type: ignore[arg-type] # reads as a buffered stream does
        if frame is None:
            return False
        self._received = stream.read()
        if frame.opcode == TEXT and frame.payload == b"2":
            self.wire.sendall(masked(0x81, b"3"))
        if not frame.payload.startswith(HEAD):
            return False
        self.check(json.loads(frame.payload[frame.payload.index(b"[") :])[0])
        self.waits_ms.append(1000 * (time.perf_counter() - self._sent_at))
        return True


def messages_of(screen: BoundScreen, programme: Programme) -> Iterator[bytes]:
    """The batches of a screen, made before anything is measured."""
    plan, digest = programme.plan.manifest, programme.digest
    made = [
        masked(0x81, b'42/screen,%d["plays",%s]' % (nth, make_batch(plan, screen.id, nth, digest)))
        for nth in range(BATCHES)
    ]
    return iter(made)


def lane_of(base: str, screen: BoundScreen, messages: Iterator[bytes]) -> Lane:
    """A screen that was let in."""
    client = RawSocket(base)
    client.enter(token=screen.token, boot=BOOT, version=1, protocol=1)
    client.stream.detach()
    return SocketLane(client.socket, messages, counts)


@dataclass(frozen=True)
class Turn:
    """What those handed in whose turn it was, and what of a processor the server took for it."""

    rate: Rate
    spent_ms: float


def turn_of(
    server: WebWorker, ready: Sequence[tuple[BoundScreen, Iterator[bytes]]], seconds: float
) -> Turn:
    """Let these hand in, let in just before: who waits without a word is dropped by the server."""
    lanes = [lane_of(server.base, screen, messages) for screen, messages in ready]
    before = used_ms(server.process.pid)
    rate = rate_of(lanes, BATCH, seconds)
    return Turn(rate, used_ms(server.process.pid) - before)


def main(seconds: float = 10.0) -> None:
    """Print the rate, the waits, and what of a processor a play took."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        world = make_world(Path(folder))
        from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - DAYS_AGO * 24) * HOUR_MS
        programme = programme_of(encode(make_plan(from_ms)))
        screens = furnish(world, from_ms, programme)
        with web_worker(world) as server:
            assert server.figures['anping_socket_layer{layer="own"}'] == 1
            ready = [(screen, messages_of(screen, programme)) for screen in screens]
            turns = [turn_of(server, ready[n::TURNS], seconds / TURNS) for n in range(TURNS)]
        world.close()
    rate = Rate(
        statistics.fmean(turn.rate.a_second for turn in turns),
        [one for turn in turns for one in turn.rate.waits_ms],
    )
    spent_ms = sum(turn.spent_ms for turn in turns)
    print(f"by socket: {rate.printed()}")
    print(f"server: {1000 * spent_ms / (len(rate.waits_ms) * BATCH):.1f} us of a processor a play")


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:]))
