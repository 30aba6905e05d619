"""How long figures of uptime take: `python -m tests.bench.reports.uptime_fleet [screens] [buses]
[days]`.

Makes a district in a folder of its own with so many screens (of which so many on buses) and days
of contacts, evidence and two outages of ours; folds all days; asks for the fleet, for the buses
and for reports; prints waits and sizes. 1 if a goal is missed.
"""

import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final, get_args

from sqlalchemy import insert, select

from server.accounts.actor import Actor, Grant
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Line, Venue
from server.monitoring.availability import hourly_rollup, rollup_job
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet
from server.monitoring.fleet.tree import Fleet
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from server.playlog.upkeep import follow_changes
from server.reporting.delivery.service import ReportQuery
from server.reporting.uptime.service import UptimeGroup, uptime
from tests.support.app.inventory import make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world

FLEET_MS: Final = 300
BUSES_MS: Final = 200
HOURS_MS: Final = 300
BYTES_A_DAY: Final = 2048
DAY_S: Final = 86_400
START_S: Final = 1_795_449_600
"""Midnight of 24 November 2026 in Shanghai."""
HOURS: Final = {str(day): [["08:00", "22:00"]] for day in range(1, 8)}
PAGES: Final = (
    "/uptime?by=unit&state=off_hours",
    "/uptime?by=unit&unit_id=u_1",
    "/uptime/sheet?unit_id=u_1&month=2026-11",
    "/uptime/sheet?line_id=n_1&month=2026-11",
)
TABLES: Final = (
    "contact_runs",
    "evidence_runs",
    "uptime_days",
    "uptime_blocks",
    "uptime_hours",
    "server_runs",
)


def main(screens: int = 10_000, buses: int = 500, days: int = 30) -> int:
    """Print waits and sizes."""
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        try:
            return _measure(world, screens, buses, days)
        finally:
            world.close()


def _measure(world: World, screens: int, buses: int, days: int) -> int:
    _furnish(world, screens, buses)
    _fill(world, days)
    core, parts = world.core, playback_of(world.app)
    follow_changes(core, parts)
    gc.collect()
    gc.freeze()  # as gunicorn's workers do with objects from the start
    print(f"{screens:,} screens, {buses:,} of them on buses, {days} days")
    world.clock.at_ms = (START_S + DAY_S) * 1000 + 11 * 3_600_000
    took_s = _timed(lambda: rollup_job.keep(core, parts))
    print(
        f"all days folded       {took_s:8.1f} s "
        f"({1e6 * took_s / screens / days:.0f} us a screen-day)"
    )
    for name, later_s in (("today refreshed", 60), ("again", 120)):
        _go_on(world, later_s)
        print(f"{name:<21} {_timed(lambda: rollup_job.keep(core, parts)):8.2f} s")
    took_s = _timed(lambda: list(iter(lambda: hourly_rollup.sum_hours(core, parts), 0)))
    print(f"hours summed          {took_s:8.1f} s ({1000 * took_s / days:.0f} ms a day)")
    person = sign_in(world, "viewer")
    actor = Actor(person.user_id, person.username, person.unit_id, (Grant("viewer", "/1/"),))
    last = date(2026, 11, 25).toordinal()
    span = range(last - days + 1, last + 1)
    whole = _waits(
        "fleet by unit", lambda: _read_figures(fleet(core, parts, actor, FleetQuery(span, "unit")))
    )
    lines = _waits(
        "buses by line", lambda: _draw(fleet(core, parts, actor, FleetQuery(span, "line")))
    )
    for path in PAGES:
        _waits(path, lambda path=path: _open(person, path), 3)  # type: ignore[misc] # mypy can't infer a lambda with a default
    waits = {}
    for group in get_args(UptimeGroup):
        query = ReportQuery(date.fromordinal(span.start), date.fromordinal(last), group)
        waits[group] = _waits(
            f"report by {group}",
            lambda query=query: uptime(core, parts, actor, query),  # type: ignore[misc] # mypy can't infer a lambda with a default
            3,
        )
    pages = {
        group: _waits(
            f"page by {group}", lambda group=group: _page(person, {"by": group, "days": days})
        )  # type: ignore[misc] # likewise
        for group in ("unit", "line")
    }
    bytes_a_day = _sizes(world, screens * days)
    missed = max(whole, pages["unit"]) > FLEET_MS or max(lines, pages["line"]) > BUSES_MS
    missed |= waits["hour"] > HOURS_MS
    return int(missed or bytes_a_day > BYTES_A_DAY)


def _page(person: Person, query: Mapping[str, Any]) -> None:
    """The whole page as a browser gets it, all of its words and strips included."""
    answer = person.client.get("/uptime", query_string=query)
    assert answer.status_code == 200, answer.status


def _open(person: Person, path: str) -> None:
    answer = person.client.get(path)
    if answer.status_code != 200:
        raise AssertionError(answer.text)


def _read_figures(found: Fleet) -> None:
    """What the page shows before anything is opened: figures and strips of all branches."""
    found.spread, found.states, found.record  # noqa: B018 - worked out when asked for
    for branch in found.branches:
        branch.spread, branch.states  # noqa: B018 - likewise
        branch.strip()


def _draw(found: Fleet) -> None:
    """All of it opened: a strip for each screen."""
    _read_figures(found)
    list(found.dark)
    for branch in found.branches:
        for screen in branch.screens:
            screen.strip()


def _waits(name: str, ask: Callable[[], Any], rounds: int = 7) -> float:
    busy = time.process_time()
    times = [1000 * _timed(ask) for _ in range(rounds)]
    busy_ms = 1000 * (time.process_time() - busy) / rounds
    most = max(times[1:])
    print(
        f"{name:<21} {median(times):8.0f} ms "
        f"(first {times[0]:.0f}, most {most:.0f}; busy {busy_ms:.0f})"
    )
    return median(times)


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _furnish(world: World, screens: int, buses: int) -> None:
    """Four screens a venue in sixty units; a screen a bus on twenty lines."""
    units = [make_unit(world, f"街道 {number}") for number in range(60)]
    with world.core.config.write() as session:
        session.add_all(
            Line(
                unit_id=units[0],
                name=f"{number} 路",
                first_service="06:00",
                last_service="22:00",
                created_at=0,
            )
            for number in range(1, 21)
        )
        session.flush()
        rows = [
            {
                "unit_id": units[0] if number < buses else units[number % 60],
                "line_id": 1 + number % 20 if number < buses else None,
                "name": f"点位 {number}",
                "kind": "bus" if number < buses else "shop",
                "timezone": "Asia/Shanghai",
                "hours": HOURS,
                "created_at": 0,
            }
            for number in range(buses + (screens - buses) // 4)
        ]
        session.execute(insert(Venue), rows)
        venues = session.scalars(select(Venue.id).order_by(Venue.id)).all()
        placed = [
            venues[
                number if number < buses else buses + (number - buses) // 4 % (len(venues) - buses)
            ]
            for number in range(screens)
        ]
        session.execute(
            insert(Screen),
            [
                {
                    "venue_id": venue,
                    "name": "屏",
                    "rendition_class": "landscape-1080p",
                    "created_at": 0,
                    "enrolled_at": 1,
                }
                for venue in placed
            ],
        )


def _fill(world: World, days: int) -> None:
    begin_s, end_s = START_S - (days - 2) * DAY_S, START_S + DAY_S + 11 * 3600
    with world.core.config.read() as session:
        screens = session.scalars(select(Screen.id)).all()
    contacts, evidence = [], []
    chance = random.Random(8)
    for screen in screens:
        contacts += runs_of(chance, screen, begin_s, end_s)
        evidence += [
            (screen, low, high) for _, low, high, _ in runs_of(chance, screen, begin_s, end_s)
        ]

    def write(tx: Tx) -> None:
        tx.run_many("INSERT INTO contact_runs VALUES (?, ?, ?, ?)", contacts)
        tx.run_many("INSERT INTO evidence_runs VALUES (?, ?, ?)", evidence)
        ours = (begin_s, begin_s + 5 * DAY_S, begin_s + 9 * DAY_S, end_s)
        tx.run_many(
            "INSERT INTO server_runs VALUES (?, ?)",
            [(ours[0], ours[1] - 600), (ours[1], ours[2] - 30), (ours[2], ours[3])],
        )
        tx.run_many(
            "INSERT INTO contacts VALUES (?, ?, 'b', 0, NULL, ?)",
            [
                (screen, end_s * 1000, (end_s - chance.choice((60, 60, 60, 90_000))) * 1000)
                for screen in screens
            ],
        )

    playback_of(world.app).committer.submit(write)


def runs_of(
    chance: random.Random, screen: int, low_s: int, high_s: int
) -> Iterator[tuple[int, int, int, int]]:
    """About two runs a day; one screen in fifty is dead since some time."""
    at_s = low_s + chance.randrange(3600)
    if chance.random() < 0.02:
        high_s -= chance.randrange(20 * DAY_S)
    while at_s < high_s:
        until_s = min(at_s + chance.randrange(3600, 86_400), high_s)
        yield screen, at_s, until_s, int(chance.random() < 0.03)
        at_s = until_s + chance.choice((46, 60, 120, 300, 1800))


def _go_on(world: World, later_s: int) -> None:
    """A minute later: the server beats and most screens do."""
    end_s = START_S + DAY_S + 11 * 3600

    def write(tx: Tx) -> None:
        tx.run("UPDATE server_runs SET last_s = ? WHERE last_s >= ?", (end_s + later_s, end_s))
        tx.run("UPDATE contact_runs SET last_s = ? WHERE last_s >= ?", (end_s + later_s, end_s))

    playback_of(world.app).committer.submit(write)
    world.clock.at_ms = (end_s + later_s) * 1000


def _sizes(world: World, screen_days: int) -> float:
    """Bytes a screen-day, by table."""
    whole = 0.0
    with snapshot(world.core.plays) as tx:
        for table in TABLES:
            row = tx.row("SELECT SUM(pgsize) FROM dbstat WHERE name = ?", (table,))
            size = int(row[0] or 0) / screen_days if row else 0
            whole += size
            print(f"{table:<21} {size:8.0f} bytes a screen-day")
    print(f"{'all':<21} {whole:8.0f} bytes a screen-day")
    return whole


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
