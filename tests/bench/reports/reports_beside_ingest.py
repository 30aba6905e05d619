"""What reports do to plays that come in: `python -m tests.bench.reports.reports_beside_ingest
[PLAYS] [S] [two|one] [FOLDER]`.

With `one` one process does all, as it was before there was a reading process. With a folder the
store is made there, once, and used again by later runs: 13 million plays of 1,000 screens are
`python -m tests.bench.reports.reports_beside_ingest 13000000 30 two var-bench/month`.

Screens hand in batches of 50 at a steady pace to a server as `serve` starts it (web worker and
reading process); in every other stretch of S seconds a person asks for one report, sheet or export
after the other without a pause, over HTTP. Prints beside the goals how long acknowledgements took
with and without, the longest hold-up, and the p95 of each report; ends with 1 where a goal is
missed. Sheets and exports have no goal of their own: they must hold up nobody. The store
(`month_store.py`) has PLAYS (by default 200,000) before anything is measured. Asking goes on in a
process of its own; all of them share the machine's cores. `BENCH_DIR` is a folder on the disk for
the data if no folder is named.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Final, get_args

import requests

from server.accounts.auth.request_identity import COOKIE
from server.reporting.delivery.selection import GroupBy
from server.reporting.uptime.service import UptimeGroup
from tests.bench.plays.ingest import BATCH, make_batch
from tests.bench.plays.lanes import Lane, open_lanes, post
from tests.bench.reports.month_store import (
    LANES,
    LATER,
    PAST,
    PATH,
    MonthStore,
    counted,
    fill,
    finish,
    handed_in_later,
    open_store,
    quarter_of,
)
from tests.support.app.inventory import BoundScreen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.plays import Programme
from tests.support.processes.reading_process import web_and_reading
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, web_worker

LOOP: Final = "anping_loop_delay_seconds"
A_SECOND: Final = 60
"""Batches: 3,000 plays a second, what 40,000 screens show that play every quarter of a minute."""
ROUNDS: Final = 3
MOST_TIMES, HELD_UP_MS, REPORT_MS = 1.5, 50.0, 60.0
GROUPS: Final = {
    "delivery": get_args(GroupBy),
    "coverage": ("unit", "territory", "venue_kind", "venue", "line", "day"),
    "uptime": get_args(UptimeGroup),
    "uplift": ("",),
}
FILES: Final = (
    "reports/delivery.csv",
    "reports/delivery.xlsx",
    "reports/coverage.xlsx",
    "reports/uptime.xlsx",
    "reports/uplift.xlsx",
    "plays/export.csv",
    "plays/export.xlsx",
    "incidents.xlsx",
    "board.xlsx",
    "venues/export.xlsx",
    "screens/export.xlsx",
)
"""Sheets and exports; single plays are those of one screen and day."""


@dataclass
class Stretch:
    """How late the web worker's loop was at most, how long acknowledgements took, and reports by
    name (ms)."""

    loop_ms: float = 0.0
    waits_ms: list[float] = field(default_factory=list)
    reports_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def main(plays: int = 200_000, seconds: float = 10.0, by: str = "two", folder: str = "") -> int:
    """Fill, measure, print; 1 if a goal is missed."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as passing:
        kept = Path(folder or passing)
        kept.mkdir(parents=True, exist_ok=True)
        store = open_store(kept, plays)
        try:
            if not store.is_filled:
                with _server(store.world, by) as web:
                    fill(store, web.base.removeprefix("http://"))
                finish(store, kept)
            return _judge(*_measured(store, seconds, by))
        finally:
            store.world.close()


def _measured(store: MonthStore, seconds: float, by: str) -> tuple[Stretch, Stretch]:
    world = store.world
    with _server(world, by) as web:
        officer = sign_in(world, "publicity")
        cookie = officer.client.get_cookie(COOKIE)
        assert cookie is not None
        done = handed_in_later(store)
        cookie_text = f"{COOKIE}={cookie.value}"
        bench = Bench(web.base, cookie_text, store.screens, store.programme, done)
        print(f"{PAST * BATCH * len(store.screens):,} plays of {len(store.screens):,} screens")
        found = bench.measure(seconds, lambda: 1000 * web.figures[LOOP])
        figures = web.figures
        for name in ("anping_process_resident_memory_bytes", "anping_reading_memory_bytes"):
            print(f"{name}: {figures.get(name, 0) / 2**20:.0f} MiB")
        return found


@contextmanager
def _server(world: World, by: str) -> Iterator[WebWorker]:
    if by == "one":
        with web_worker(world) as web:
            yield web
    else:
        with web_and_reading(world) as pair:
            yield pair.web


class Bench:
    """Hands in and asks."""

    def __init__(
        self,
        base: str,
        cookie: str,
        screens: Sequence[BoundScreen],
        programme: Programme,
        done: Mapping[int, int] | None = None,
    ) -> None:
        """`done`: by screen, how many batches were handed in before beside the past."""
        self._base, self._cookie = base, cookie
        self._screens, self._programme = screens, programme
        self._place = base.removeprefix("http://")
        self._next = {one.id: (done or {}).get(one.id, 0) for one in screens}
        self._turns = cycle(screens)

    def _batch(self, screen: BoundScreen) -> bytes:
        number = self._next[screen.id]
        self._next[screen.id] = number + 1
        plan, digest = self._programme.plan.manifest, self._programme.digest
        # Halfway between two batches of the past.
        quarter, boot = quarter_of(number) + 5, LATER + screen.id
        batch = make_batch(plan, screen.id, quarter, digest, boot=boot, nth=number)
        return post(PATH, self._place, screen.token, batch)

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
            output, _ = reader.communicate(timeout=300)
            for name, took in json.loads(output).items():
                asked.reports_ms[name] += took
        return quiet, asked

    def _reader(self, seconds: float) -> "subprocess.Popen[str]":
        screen = self._screens[0].public_id
        about = (self._base, self._cookie, str(seconds), screen)
        words = [sys.executable, "-m", __spec__.name, "ask", *about]
        return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def paced(self, seconds: float) -> list[float]:
        """One batch after the other at the pace, of each screen in turn; waits since it was due."""
        with self.connected() as wires:
            return self.paced_over(wires, seconds)

    @contextmanager
    def connected(self) -> Iterator[list[Lane]]:
        """Connections for batches, which the server closes if nothing comes for ten seconds."""
        wires = open_lanes(self._place, [[] for _ in range(LANES)], counted)
        try:
            yield wires
        finally:
            for lane in wires:
                lane.wire.close()

    def paced_over(self, wires: list[Lane], seconds: float) -> list[float]:
        """As `paced`, over these connections."""
        count = int(A_SECOND * seconds)
        batches = [self._batch(next(self._turns)) for _ in range(count)]
        return _handed_in(wires, batches)


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
            _sent(lane)
            ears.register(lane.wire, selectors.EVENT_READ, lane)
            sent += 1
        until = began + sent / A_SECOND - now if sent < len(batches) and free else 1.0
        for key, _ in ears.select(max(0.0, min(until, 1.0))) if ears.get_map() else ():
            lane, wire = key.data, key.fileobj
            try:
                is_whole = lane.receive()
            except ConnectionError:
                ears.unregister(wire)
                lane.send_again()
                ears.register(lane.wire, selectors.EVENT_READ, lane)
                continue
            if is_whole:
                waits.append(1000 * (time.perf_counter() - due[id(lane)]))
                ears.unregister(wire)
                free.append(lane)
        if not ears.get_map():
            time.sleep(max(0.0, min(until, 0.01)))
    return waits


def _sent(lane: Lane) -> None:
    try:
        lane.send()
    except ConnectionError:  # shut while it was idle
        lane.send_again()


def ask(base: str, cookie: str, seconds: float, screen: str) -> None:
    """One after the other for so long; prints how long each took (ms) by name."""
    asks, ends = requests.Session(), time.perf_counter() + seconds
    took: dict[str, list[float]] = defaultdict(list)
    for name, path, query in _questions(screen):
        begun = time.perf_counter()
        answer = asks.get(f"{base}/api/v1/{path}", params=query, headers={"Cookie": cookie})
        assert answer.status_code == 200, f"{path}: {answer.text[:500]}"
        took[name].append(1000 * (time.perf_counter() - begun))
        if time.perf_counter() > ends:
            break
    print(json.dumps(took))


def _questions(screen: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name, path and query: all reports and a file in each round, without end."""
    last = date.today()  # noqa: DTZ011 - the bench's own day is near enough to the district's
    for file in cycle(random.sample(FILES, len(FILES))):
        for report, groups in GROUPS.items():
            for group in groups:
                days = _days(last, random.choice((1, 7, 29)))
                grouped = {"group_by": group} if group else {}
                yield f"{report} {group}".strip(), f"reports/{report}", {**days, **grouped}
        if file.startswith("plays/"):
            day = last - timedelta(days=3)
            times = {"from": f"{day}T00:00:00Z", "to": f"{day}T23:59:59Z"}
            yield file, file, {"screen_id": screen, **times}
        else:
            yield file, file, _days(last, 29) if file.startswith("reports/") else {}


def _days(last: date, count: int) -> dict[str, str]:
    return {"from": f"{last - timedelta(days=count - 1)}", "to": f"{last}"}


def _judge(quiet: Stretch, asked: Stretch) -> int:
    without, beside = percentiles(quiet.waits_ms), percentiles(asked.waits_ms)
    print(f"acknowledged without reports: {_summary(quiet.waits_ms)}")
    print(f"acknowledged beside reports:  {_summary(asked.waits_ms)}")
    print(f"the loop was late by {quiet.loop_ms:.1f} ms at most, beside {asked.loop_ms:.1f} ms")
    missed = []
    times, held_up_ms = beside[98] / without[98], max(asked.waits_ms)
    print(f"p99 {times:.2f} times as long (goal {MOST_TIMES})")
    print(f"held up {held_up_ms:.1f} ms at most (goal {HELD_UP_MS:.0f})")
    if times > MOST_TIMES:
        missed.append(f"p99 {times:.2f} times as long, at most {MOST_TIMES}")
    if held_up_ms > HELD_UP_MS:
        missed.append(f"held up {held_up_ms:.1f} ms, at most {HELD_UP_MS:.0f}")
    for name, took in sorted(asked.reports_ms.items()):
        p95 = percentiles(took)[94] if len(took) > 1 else took[0]
        goal = "" if name in FILES else f"(goal {REPORT_MS:.0f})"
        waits = f"p50 {statistics.median(took):7.1f}  p95 {p95:7.1f} ms"
        print(f"  {name:<22} {waits} {goal} ({len(took)})")
        if goal and p95 > REPORT_MS:
            missed.append(f"{name}: p95 {p95:.1f} ms, at most {REPORT_MS:.0f}")
    for one in missed:
        print(f"missed: {one}")
    return int(bool(missed))


def percentiles(waits: Sequence[float]) -> list[float]:
    """From the first to the 99th."""
    return statistics.quantiles(waits, n=100)


def _summary(waits: Sequence[float]) -> str:
    cuts = percentiles(waits)
    return (
        f"median {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, most {max(waits):.1f} ms "
        f"({len(waits)} batches)"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        ask(sys.argv[2], sys.argv[3], float(sys.argv[4]), sys.argv[5])
    else:
        sys.exit(
            main(
                *(
                    kind(one)
                    for kind, one in zip((int, float, str, str), sys.argv[1:], strict=False)
                )
            )
        )
