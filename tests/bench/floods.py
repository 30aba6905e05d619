"""What floods do to fifty honest players: `python -m tests.bench.floods [SECONDS] [KIND...]`.

Beside each flood (or those named), and without it right before, 50 screens hand in 60 batches of 50
plays a second, over connections that were there before as players' are, to a server as `serve`
starts it (web worker and reading process). One row a flood:
p99 of their acknowledgements without it and beside it and how many times as long that is; what the
server took of a processor for each of them, the flood's share included, which on a busy machine
is the better measure; and how much more memory it holds of its own at the end. The flood is a
process of its own on the same cores. `BENCH_DIR` is a folder on the disk for the data.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playlists.wire.manifest import encode
from tests.bench.plays.ingest import HOUR_MS, make_plan
from tests.bench.plays.lanes import Lane
from tests.bench.reports.month_store import DAYS, screens_on_air
from tests.bench.reports.reports_beside_ingest import Bench, percentiles
from tests.support.api_contract.fuzzing import token_of
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import make_world
from tests.support.patience import PATIENCE_S
from tests.support.plays.plays import programme_of
from tests.support.processes.reading_process import Pair, web_and_reading
from tests.support.processes.server import ROOT
from tests.support.speed.cpu import spent_ms
from tests.support.speed.memory import private_bytes, tree

PLAYERS: Final = 50
FLOODS: Final = (
    "JSON",
    "xlsx",
    "large tables",
    "sign-ins",
    "sockets of nobody",
    "slow bodies",
    "pairings",
)
MIB: Final = 1 << 20
CONTACT: Final = "contact"


@dataclass
class Row:
    """One flood: acknowledgements and processor time without it and beside it (ms), memory around
    it (bytes)."""

    name: str
    quiet: "Stretch"
    beside: "Stretch"
    held: tuple[int, int]

    def printed(self) -> str:
        """As a line."""
        before, beside = (percentiles(one.waits_ms)[98] for one in (self.quiet, self.beside))
        grown = (self.held[1] - self.held[0]) / MIB
        return (
            f"{self.name:<18} p99 {before:7.1f} -> {beside:7.1f} ms  {beside / before:5.2f} x  "
            f"most {max(self.beside.waits_ms):7.1f} ms  processor {self.quiet.each_ms:5.2f} -> "
            f"{self.beside.each_ms:5.2f} ms  memory {self.held[0] / MIB:6.1f} MiB {grown:+.1f}"
        )


@dataclass
class Stretch:
    """How long acknowledgements took, and what the server took of a processor meanwhile (ms)."""

    waits_ms: list[float]
    busy_ms: float

    @property
    def each_ms(self) -> float:
        """For each acknowledgement."""
        return self.busy_ms / len(self.waits_ms)


def main(seconds: float = 15.0, kinds: Sequence[str] = FLOODS) -> None:
    """Measure beside each flood in turn, and print."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        world = make_world(Path(folder))
        from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - DAYS * 24) * HOUR_MS
        programme = programme_of(encode(make_plan(from_ms)))
        screens = screens_on_air(world, PLAYERS, programme, from_ms)
        sign_in(world, "publicity", username=CONTACT)
        with web_and_reading(world) as pair:
            bench = Bench(pair.web.base, "", screens, programme)
            # Once: signing in from here is refused for a while after the flood of it.
            token = token_of(pair.web.base, CONTACT, PASSWORD)
            bench.paced(seconds / 3)
            for kind in kinds or FLOODS:
                print(_measured(kind, token, bench, pair, seconds).printed(), flush=True)
        world.close()


def _measured(kind: str, token: str, bench: Bench, pair: Pair, seconds: float) -> Row:
    with bench.connected() as wires:
        quiet, before = _paced(bench, wires, pair, seconds), _held(pair)
        with _flood(kind, pair.web.base, token):
            beside = _paced(bench, wires, pair, seconds)
            return Row(kind, quiet, beside, (before, _held(pair)))


def _paced(bench: Bench, wires: list[Lane], pair: Pair, seconds: float) -> Stretch:
    began_ms = _busy_ms(pair)
    waits_ms = bench.paced_over(wires, seconds)
    return Stretch(waits_ms, _busy_ms(pair) - began_ms)


def _busy_ms(pair: Pair) -> float:
    return sum(map(spent_ms, _roots(pair)))


def _roots(pair: Pair) -> tuple[int, int]:
    return pair.web.process.pid, pair.reading.process.pid


def _held(pair: Pair) -> int:
    return sum(private_bytes(pid) for root in _roots(pair) for pid in tree(root))


@contextmanager
def _flood(kind: str, base: str, token: str) -> Iterator[None]:
    words = [sys.executable, "-m", "tests.support.network.flood", kind, base, token]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield
            assert process.poll() is None, "the flood ended by itself"
        finally:
            process.kill()
            process.wait(PATIENCE_S)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), kinds=sys.argv[2:])
