"""What reports do to plays that come in: `python -m tests.bench.reports.reports_beside_ingest
[PLAYS] [S]`.

With `one` behind it one process does all, as it was before there was a reading process.

Screens hand in batches of 50 at a steady pace to a server as `serve` starts it (web worker and
reading process); in every other stretch of S seconds a person asks for one report after the other
without a pause, over HTTP. Prints how long acknowledgements took with and without, the longest
hold-up, and the p95 of each report; ends with 1 where a goal is missed. The store is filled with
PLAYS (by default 200,000) of as many screens as have that much past before anything is measured.
Asking goes on in a process of its own; all of them share the machine's cores. `BENCH_DIR` says on
which disk the data lie.
"""

import json
import os
import random
import selectors
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import requests

from playlists.wire.manifest import encode
from server.accounts.auth.request_identity import COOKIE
from tests.bench.plays.ingest import BATCH, HOUR_MS, make_batch, make_plan
from tests.bench.plays.lanes import Lane, open_lanes, post, rate_of
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in, sign_in_again
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import Programme, programme_of
from tests.support.processes.reading_process import web_and_reading
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, web_worker

LOOP: Final = "anping_loop_delay_seconds"
PATH: Final = "/api/v1/player/plays"
LANES: Final = 20
A_SECOND: Final = 60
"""Batches: 3,000 plays a second, what 40,000 screens show that play every quarter of a minute."""
PAST: Final = 60
"""Batches of each screen that are there before: fifteen hours."""
ROUNDS: Final = 3
MOST_TIMES, HELD_UP_MS, REPORT_MS = 1.5, 50.0, 60.0
GROUPS: Final = {
    "delivery": ("campaign", "unit", "venue_kind", "venue", "screen", "day", "hour"),
    "coverage": ("unit", "venue_kind", "venue", "day"),
    "uptime": ("unit", "venue_kind", "screen", "day"),
    "uplift": ("",),
}


@dataclass
class Stretch:
    """How late the web worker's loop was at most, how long acknowledgements took, and reports by
    name (ms)."""

    loop_ms: float = 0.0
    waits_ms: list[float] = field(default_factory=list)
    reports_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def main(plays: int = 200_000, seconds: float = 10.0, by: str = "two") -> int:
    """Fill, measure, print; 1 if a goal is missed."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        world = make_world(Path(folder))
        from_ms = (time.time_ns() // 1_000_000 // HOUR_MS - 25 * 24) * HOUR_MS
        programme = programme_of(encode(make_plan(from_ms)))
        screens = screens_on_air(world, max(20, plays // (PAST * BATCH)), programme, from_ms)
        officer = sign_in(world, "publicity")
        with _server(world, by) as web:
            sign_in_again(world, officer)
            cookie = officer.client.get_cookie(COOKIE)
            assert cookie is not None
            bench = Bench(web.base, f"{COOKIE}={cookie.value}", screens, programme)
            bench.fill()
            print(f"{bench.filled:,} plays of {len(screens):,} screens", flush=True)
            quiet, asked = bench.measure(seconds, lambda: 1000 * web.figures[LOOP])
            figures = web.figures
            for name in ("anping_process_resident_memory_bytes", "anping_reading_memory_bytes"):
                print(f"{name}: {figures.get(name, 0) / 2**20:.0f} MiB")
        world.close()
    return _judge(quiet, asked)


@contextmanager
def _server(world: World, by: str) -> Iterator[WebWorker]:
    if by == "one":
        with web_worker(world) as web:
            yield web
    else:
        with web_and_reading(world) as pair:
            yield pair.web


def screens_on_air(
    world: World, count: int, programme: Programme, from_ms: int
) -> list[BoundScreen]:
    """So many that have had the plan since then."""
    screens = []
    for _ in range(count):
        screen = make_screen(world, enrolled_at=from_ms)
        put_on_air(world, screen, programme, from_ms)
        screens.append(screen)
    return screens


class Bench:
    """Hands in and asks."""

    def __init__(
        self, base: str, cookie: str, screens: Sequence[BoundScreen], programme: Programme
    ) -> None:
        self._base, self._cookie = base, cookie
        self._screens, self._programme = screens, programme
        self._place = base.removeprefix("http://")
        self._next = dict.fromkeys(range(len(screens)), 0)
        self._turns = cycle(range(len(screens)))
        self.filled = 0

    def fill(self) -> None:
        """Hand in the past as fast as it goes."""
        shares = [list(self._past(n)) for n in range(LANES)]
        rate = rate_of(open_lanes(self._place, shares, _counts), BATCH, 1e9)
        self.filled = len(rate.waits_ms) * BATCH

    def _past(self, share: int) -> Iterator[bytes]:
        for _ in range(PAST):
            for place in range(share, len(self._screens), LANES):
                yield self._batch(place)

    def _batch(self, place: int) -> bytes:
        screen, number = self._screens[place], self._next[place]
        self._next[place] = number + 1
        plan, digest = self._programme.plan.manifest, self._programme.digest
        return post(PATH, self._place, screen.token, make_batch(plan, screen.id, number, digest))

    def measure(self, seconds: float, late_ms: Callable[[], float]) -> tuple[Stretch, Stretch]:
        """Stretches without and with reports in turn; `late_ms` returns the lag of the loop."""
        quiet, asked = Stretch(), Stretch()
        for _ in range(ROUNDS):
            late_ms()
            quiet.waits_ms += self.paced(seconds)
            quiet.loop_ms = max(quiet.loop_ms, late_ms())
            reader = self._reader(seconds)
            asked.waits_ms += self.paced(seconds)
            asked.loop_ms = max(asked.loop_ms, late_ms())
            said, _ = reader.communicate(timeout=300)
            for name, took in json.loads(said).items():
                asked.reports_ms[name] += took
        return quiet, asked

    def _reader(self, seconds: float) -> "subprocess.Popen[str]":
        words = [sys.executable, "-m", __spec__.name, "ask", self._base, self._cookie, str(seconds)]
        return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def paced(self, seconds: float) -> list[float]:
        """One batch after the other at the pace, of each screen in turn; waits since it was due."""
        count = int(A_SECOND * seconds)
        batches = [self._batch(next(self._turns)) for _ in range(count)]
        wires = open_lanes(self._place, [[] for _ in range(LANES)], _counts)
        try:
            return _handed_in(wires, batches)
        finally:
            for lane in wires:
                lane.wire.close()


def _handed_in(wires: list[Lane], batches: Sequence[bytes]) -> list[float]:
    ears, free, waits = selectors.DefaultSelector(), list(wires), []
    due: dict[int, float] = {}
    began, sent = time.perf_counter(), 0
    while sent < len(batches) or len(free) < len(wires):
        now = time.perf_counter()
        while sent < len(batches) and free and began + sent / A_SECOND <= now:
            lane = free.pop()
            due[id(lane)] = began + sent / A_SECOND
            lane.requests = iter([batches[sent]])
            lane.send()
            ears.register(lane.wire, selectors.EVENT_READ, lane)
            sent += 1
        until = began + sent / A_SECOND - now if sent < len(batches) and free else 1.0
        for key, _ in ears.select(max(0.0, min(until, 1.0))) if ears.get_map() else ():
            if key.data.hear():
                waits.append(1000 * (time.perf_counter() - due[id(key.data)]))
                ears.unregister(key.data.wire)
                free.append(key.data)
        if not ears.get_map():
            time.sleep(max(0.0, min(until, 0.01)))
    return waits


def _counts(answer: Any) -> None:
    assert answer["quarantined"] == [], answer


def ask(base: str, cookie: str, seconds: float) -> None:
    """One report after the other for so long; prints how long each took (ms) by name."""
    asks, ends = requests.Session(), time.perf_counter() + seconds
    last = date.today()  # noqa: DTZ011 - the bench's own day is near enough to the district's
    took: dict[str, list[float]] = defaultdict(list)
    while True:
        for report, groups in GROUPS.items():
            for group in groups:
                days = random.choice((1, 7, 29))
                query = {"from": f"{last - timedelta(days=days - 1)}", "to": f"{last}"}
                if group:
                    query["group_by"] = group
                begun = time.perf_counter()
                answer = asks.get(
                    f"{base}/api/v1/reports/{report}", params=query, headers={"Cookie": cookie}
                )
                assert answer.status_code == 200, answer.text
                took[f"{report} {group}".strip()].append(1000 * (time.perf_counter() - begun))
                if time.perf_counter() > ends:
                    print(json.dumps(took))
                    return


def _judge(quiet: Stretch, asked: Stretch) -> int:
    without, beside = percentiles(quiet.waits_ms), percentiles(asked.waits_ms)
    print(f"acknowledged without reports: {_said(quiet.waits_ms)}")
    print(f"acknowledged beside reports:  {_said(asked.waits_ms)}")
    print(f"the loop was late by {quiet.loop_ms:.1f} ms at most, beside {asked.loop_ms:.1f} ms")
    missed = []
    times = beside[98] / without[98]
    if times > MOST_TIMES:
        missed.append(f"p99 {times:.2f} times as long, at most {MOST_TIMES}")
    held_up_ms = max(asked.waits_ms)
    print(f"p99 {times:.2f} times, held up {held_up_ms:.1f} ms at most")
    if held_up_ms > HELD_UP_MS:
        missed.append(f"held up {held_up_ms:.1f} ms, at most {HELD_UP_MS:.0f}")
    for name, took in sorted(asked.reports_ms.items()):
        p95 = percentiles(took)[94] if len(took) > 1 else took[0]
        print(f"  {name:<22} p50 {statistics.median(took):6.1f}  p95 {p95:6.1f} ms  ({len(took)})")
        if p95 > REPORT_MS:
            missed.append(f"{name}: p95 {p95:.1f} ms, at most {REPORT_MS:.0f}")
    for one in missed:
        print(f"missed: {one}")
    return int(bool(missed))


def percentiles(waits: Sequence[float]) -> list[float]:
    """From the first to the 99th."""
    return statistics.quantiles(waits, n=100)


def _said(waits: Sequence[float]) -> str:
    cuts = percentiles(waits)
    return (
        f"median {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, most {max(waits):.1f} ms "
        f"({len(waits)} batches)"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        ask(sys.argv[2], sys.argv[3], float(sys.argv[4]))
    else:
        sys.exit(
            main(*(kind(one) for kind, one in zip((int, float, str), sys.argv[1:], strict=False)))
        )
