"""How many plays a second a web server acknowledges: `python -m tests.bench.plays.ingest_over_http
[S]`.

Screens post batches of 50 plays of a common hour over connections that stay open, each batch once
the one before is acknowledged, which is after a flush to the disk. The web server is that of
production with SQLite; the load is made in this process, on the same cores. LibreSignage has the
same done to it afterwards. `BENCH_DIR` is a folder on the disk for the data (by default the
repository's disk).
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playlists.wire.manifest import encode
from tests.bench.plays import libresignage
from tests.bench.plays.ingest import BATCH, HOUR_MS, make_batch, make_plan
from tests.bench.plays.lanes import Rate, open_lanes, post, rate_of
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import Programme, programme_of
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import web_worker
from tests.support.speed.cpu import used_ms

LANES = 40
SCREENS = 200
BATCHES = 100  # of each screen: twenty-five hours
DAYS_AGO = 25
PATH = "/api/v1/player/plays"


def requests_of(screens: list[BoundScreen], programme: Programme, place: str) -> list[bytes]:
    """The batches of some screens in turn, made before anything is measured."""
    plan, digest = programme.plan.manifest, programme.digest
    return [
        post(PATH, place, screen.token, make_batch(plan, screen.id, nth, digest))
        for nth in range(BATCHES)
        for screen in screens
    ]


def furnish(world: World, from_ms: int, programme: Programme) -> list[BoundScreen]:
    """Screens that have had the plan for days."""
    screens = []
    for _ in range(SCREENS):
        screen = make_screen(world, enrolled_at=from_ms)
        put_on_air(world, screen, programme, from_ms)
        screens.append(screen)
    return screens


def counts(answer: Any) -> None:
    """Fail for an answer that puts something aside."""
    assert answer["quarantined"] == [], answer


def ours(folder: Path, seconds: float) -> Rate:
    """This server's rate; prints what of a processor it spent on a play."""
    world = make_world(folder)
    from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - DAYS_AGO * 24) * HOUR_MS
    programme = programme_of(encode(make_plan(from_ms)))
    screens = furnish(world, from_ms, programme)
    with web_worker(world) as server:
        place = server.base.removeprefix("http://")
        shares = [requests_of(screens[n::LANES], programme, place) for n in range(LANES)]
        lanes = open_lanes(place, shares, counts)
        before = used_ms(server.process.pid)
        rate = rate_of(lanes, BATCH, seconds)
        spent_ms = used_ms(server.process.pid) - before
    world.close()
    print(f"server: {1000 * spent_ms / (len(rate.waits_ms) * BATCH):.1f} us of a processor a play")
    return rate


def main(seconds: float = 10.0) -> None:
    """Print both rates, and how many times one is the other."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        mine = ours(Path(folder) / "ours", seconds)
        print(f"this server: {mine.printed()}")
        theirs = libresignage.rate(Path(folder) / "theirs", BATCH, seconds)
        print(f"libresignage {libresignage.VERSION}: {theirs.printed()}")
    print(f"{mine.a_second / theirs.a_second:.0f} times as many")


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:]))
