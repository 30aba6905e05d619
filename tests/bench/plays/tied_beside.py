"""What tying past days costs players that hand in: `python -m tests.bench.plays.tied_beside [S]`.

The web server of production takes in batches of one play over connections that stay open, some a
second as a district hands them in, then as many as it can; in turns of S seconds with nothing
beside it and with a process that ties a past day as the job does. Waits of each kind come from the
same run. `BENCH_DIR` is a folder on the disk for the data (by default the repository's disk).
"""

import heapq
import json
import os
import selectors
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from playlists.wire.manifest import encode
from server.app import create_app
from server.foundation.civil_time import Civil
from server.foundation.clock import SystemClock
from server.foundation.config import read_settings
from server.foundation.core import Core
from server.foundation.db.session import Database
from server.playlog.ingest import bundling
from server.playlog.ingest.runtime import parts_of_job
from server.playlog.store.group_commit import Committer
from server.playlog.store.transaction import Tx
from tests.bench.plays.ingest import HOUR_MS, make_plan
from tests.bench.plays.ingest_over_http import DAYS_AGO, PATH, counts, furnish
from tests.bench.plays.lanes import Lane, open_lanes, post
from tests.bench.plays.tied import day_of_ones, hand_in
from tests.support.app.world import World, make_world
from tests.support.plays.plays import in_batches, programme_of
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import web_worker

LANES: Final = 20
A_SECOND: Final = 330
"""What 5,000 screens hand in, each a play every quarter of a minute."""
HOURS: Final = 24
TURNS: Final = 3
TIED_SCREENS: Final = 60


def main(seconds: str = "8") -> None:
    """Print the waits of each kind."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        world = make_world(Path(folder))
        lay_by(world)
        measure(world, float(seconds))
        world.close()


def lay_by(world: World) -> None:
    """A past day of plays by ones, that is sealed."""
    committer = Committer(world.core.plays)
    hand_in(committer, [one._replace(screen=one.screen + 10_000) for one in past_ones()])
    yesterday = Civil(world.core.settings.zone).day_of(time.time_ns() // 1_000_000) - 1

    def seal(tx: Tx) -> None:
        tx.run(
            "INSERT INTO day_seals (day, boots, digest, head) VALUES (?, 0, ?, ?)",
            (yesterday, b"", b""),
        )

    committer.submit(seal)
    committer.close()


def past_ones() -> list[Any]:
    """As many as are tied within the turns, and more."""
    return day_of_ones(TIED_SCREENS, 8)


def measure(world: World, seconds: float) -> None:
    """All turns."""
    from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - DAYS_AGO * 24) * HOUR_MS
    programme = programme_of(encode(make_plan(from_ms)))
    slots = programme.slots(from_ms, from_ms + HOURS * HOUR_MS)
    batches = in_batches(programme, slots, 1, offset_ms=from_ms - 5_000)
    screens = furnish(world, from_ms, programme)[:LANES]
    with web_worker(world) as server, tier(world) as ties:
        place = server.base.removeprefix("http://")
        bodies = [json.dumps(batch).encode() for batch in batches]
        shares = [[post(PATH, place, one.token, body) for body in bodies] for one in screens]
        lanes = open_lanes(place, shares, counts)
        pace(lanes, 2.0, LANES / A_SECOND)
        for name, pause_s in (("330 a second", LANES / A_SECOND), ("as many as go", 0.0)):
            compare(name, lanes, seconds, pause_s, ties)


def compare(
    name: str, lanes: Sequence[Lane], seconds: float, pause_s: float, ties: Callable[[float], str]
) -> None:
    """Turns without and with bundling beside them, and the waits in each."""
    waits: dict[bool, list[float]] = {False: [], True: []}
    reports: list[str] = []
    for turn in range(2 * TURNS):
        before = [len(lane.waits_ms) for lane in lanes]
        is_tied = bool(turn % 2)
        if is_tied:
            reports.append(ties(seconds))
        pace(lanes, seconds, pause_s)
        if is_tied:
            reports.append(ties(0))
        for lane, was in zip(lanes, before, strict=True):
            waits[is_tied] += lane.waits_ms[was:]
    for is_tied, found in waits.items():
        cuts = statistics.quantiles(found, n=100)
        print(
            f"{name}, {'while tying' if is_tied else 'alone'}: {len(found):,} answers, median "
            f"{cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, most {max(found):.1f} ms"
        )
    print(*(f"  {one}" for one in reports if one), sep="\n")


def pace(lanes: Sequence[Lane], seconds: float, pause_s: float) -> None:
    """Let each lane hand in, so long after the last answer, for so many seconds."""
    ears, began = selectors.DefaultSelector(), time.perf_counter()
    due = [(began + pause_s * place / len(lanes), place) for place in range(len(lanes))]
    while due or ears.get_map():
        now = time.perf_counter()
        while due and due[0][0] <= now:
            _, place = heapq.heappop(due)
            if now - began < seconds and lanes[place].send():
                ears.register(lanes[place].wire, selectors.EVENT_READ, place)
        wait_s = max(0.0, due[0][0] - now) if due else None
        for key, _ in ears.select(wait_s) if ears.get_map() else ():
            if lanes[key.data].receive():
                ears.unregister(key.fileobj)
                heapq.heappush(due, (time.perf_counter() + pause_s, key.data))
        if due and not ears.get_map():
            time.sleep(max(0.0, due[0][0] - time.perf_counter()))


@contextmanager
def tier(world: World) -> Iterator[Callable[[float], str]]:
    """A process that bundles for so many seconds on request; a request of 0 returns its results."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.bench.plays.tied_beside",
            "--ties",
            str(world.core.settings.data),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lines = process.stdin, process.stdout

    def ask(seconds: float) -> str:
        if not seconds:
            return lines[1].readline().strip()
        lines[0].write(f"{seconds}\n")
        lines[0].flush()
        return ""

    try:
        lines[1].readline()
        yield ask
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


class Timed(Committer):
    """One that notes how long each transaction took, with the wait for its turn."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.took_ms: list[float] = []

    def submit(self, work: Any, **how: bool) -> Any:
        """The same."""
        began = time.perf_counter()
        found = super().submit(work, **how)
        self.took_ms.append(1000 * (time.perf_counter() - began))
        return found


def ties(folder: str) -> None:
    """As the job does it, for the seconds in each line."""
    app = create_app(read_settings(data=Path(folder)), SystemClock())
    core: Core = app.extensions["anping"]
    print("ready", flush=True)
    for line in sys.stdin:
        with parts_of_job(core) as parts:
            timed = Timed(core.plays)
            tied = bundling.tie_plays(core, replace(parts, committer=timed), float(line) - 0.5)
            timed.close()
        took = timed.took_ms or [0.0]
        print(
            f"tied {tied:,} in {len(took)} transactions, median {statistics.median(took):.1f} ms, "
            f"most {max(took):.1f} ms",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ties"]:
        ties(sys.argv[2])
    else:
        main(*sys.argv[1:])
