"""Fifty players on a bad network, and a server and a database that are killed again and again.

What was acknowledged is what is counted, what is stored and what the roll-ups hold, to the play.
`ANPING_TEST_KILLS` says how often the server is killed, and PostgreSQL a fifth of that.
"""

import logging
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from sqlalchemy import text

from server.db.session import Database
from tests.support.clock import DAY_MS, MINUTE_MS
from tests.support.databases import ON_POSTGRES, open_plays
from tests.support.fire import FirePlayer
from tests.support.first_run import make_waiting_picture
from tests.support.furnished import program_token
from tests.support.on_air import put_on_air
from tests.support.people import sign_in
from tests.support.places import make_screen
from tests.support.plays import make_programme
from tests.support.postgres import PostgresServer, start_postgres
from tests.support.serving import RunningServer, command, free_port, start_server
from tests.support.world import World, make_world

KILLS = int(os.environ.get("ANPING_TEST_KILLS", "100"))
PLAYERS = 50
DAYS = 6
# So many plays that players still send at the last kill of a hundred.
LONG_DAYS = 16
SHORT = 3

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(ON_POSTGRES, reason="each database has its turn anyway"),
]


@dataclass
class Front:
    """The server in its folder, its database, and the players before it."""

    folder: Path
    port: int
    settings: dict[str, str]
    token: str
    days: int
    players: list[FirePlayer]
    postgres: PostgresServer | None
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    in_flight: list[int] = field(default_factory=list)
    server: RunningServer = field(init=False)

    def starts(self) -> None:
        """The server, and returns when it serves."""
        self.server = start_server(self.folder, self.port, first_run=True, **self.settings)
        self.server.wait_until_ready()

    def suffers(self) -> None:
        """Let them hand in for a moment, then kill the server and start it again."""
        time.sleep(self.dice.uniform(0.2, 2.0))
        self.in_flight.append(sum(one.link.in_flight for one in self.players))
        self.server.kill()
        self.starts()

    def loses_its_database(self) -> None:
        """Kill PostgreSQL under the running server, and start it again."""
        assert self.postgres is not None
        time.sleep(self.dice.uniform(0.2, 2.0))
        self.postgres.kill()
        self.postgres.start()
        self.server.wait_until_ready()

    def waits_until(self, happens: Callable[[], bool], within_s: float) -> None:
        """Fail with what the players say if it doesn't."""
        deadline = time.monotonic() + within_s
        while not happens():
            failed = [one.failure for one in self.players if one.failure]
            assert not failed, failed[0]
            assert time.monotonic() < deadline, [one.name for one in self.players if one.is_alive()]
            time.sleep(0.1)

    @property
    def acknowledged(self) -> dict[str, int]:
        """By boot, how many plays the players were told are held."""
        return {boot: count for one in self.players for boot, count in one.acknowledged.items()}

    def counted(self) -> int:
        """Confirmed plays by the report that people read."""
        today = datetime.now(UTC).date()
        days = {
            "from": str(today - timedelta(days=self.days + 1)),
            "to": str(today + timedelta(days=1)),
        }
        answer = requests.get(
            f"{self.server.base}/api/v1/reports/plays",
            params=days,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["totals"]["confirmed"])


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Each socket that a kill ends would have its line."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()


@pytest.fixture(params=["sqlite", "postgresql"])
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer | None]:
    """As durable as in production; None where SQLite has its turn."""
    if request.param == "sqlite":
        yield None
        return
    server = start_postgres(options=())
    server.create("anping")
    yield server
    server.stop()


@pytest.fixture
def front(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer | None
) -> Iterator[Front]:
    days = LONG_DAYS if request.node.get_closest_marker("soak") else DAYS
    settings = {"database_url": postgres.url("anping")} if postgres is not None else {}
    world = make_world(tmp_path, **settings)
    world.clock.at_ms = time.time_ns() // 1_000_000
    port = free_port()
    players = make_players(world, f"http://127.0.0.1:{port}", days)
    token = program_token(world, sign_in(world, "reviewer").user_id)
    make_waiting_picture(world)
    world.close()
    made = Front(tmp_path, port, settings, token, days, players, postgres)
    made.starts()
    yield made
    made.server.stop()


def make_players(world: World, base: str, days: int) -> list[FirePlayer]:
    """Screens that have had one plan for days, of which they never handed in anything."""
    now_ms = world.clock.now_ms()
    begin_ms = now_ms - now_ms % MINUTE_MS - days * DAY_MS
    programme = make_programme(begin_ms)
    slots = programme.slots(begin_ms + MINUTE_MS, now_ms - MINUTE_MS)
    players = []
    for number in range(PLAYERS):
        screen = make_screen(world, enrolled_at=begin_ms)
        put_on_air(world, screen, programme, begin_ms)
        shown = islice(slots, None)
        booted_ms = begin_ms - 5_000
        players.append(FirePlayer(base, screen, programme.digest, shown, booted_ms, number))
    return players


@dataclass(frozen=True)
class Held:
    """What the store holds: by boot its mark, plays in rows, those that count, roll-ups."""

    marks: dict[str, int]
    stored: int
    recounted: int
    booked_by_screen: int
    booked_by_day: int


def held(database: Database) -> Held:
    """Read from the tables alone."""
    with database.engine.connect() as connection:

        def rows(query: str) -> list[Any]:
            return list(connection.execute(text(query)))

        batches = rows("SELECT n, verdicts FROM batches")
        found = Held(
            {row[0]: row[1] for row in rows("SELECT boot, upto FROM boots")},
            sum(n for n, _ in batches),
            sum(n if codes is None else bytes(codes).count(0) for n, codes in batches),
            int(rows("SELECT SUM(confirmed) FROM rollup_screen")[0][0]),
            int(rows("SELECT SUM(confirmed) FROM rollup_day")[0][0]),
        )
    database.engine.dispose()
    return found


def without_zeros(marks: Mapping[str, int]) -> dict[str, int]:
    """A boot of which nothing is held may have been told so, or may not be known at all."""
    return {boot: upto for boot, upto in marks.items() if upto}


def fights(front: Front, kills: int) -> None:
    """So many kills while all hand in; then all that was shown is acknowledged."""
    for player in front.players:
        player.start()
    for nth in range(kills):
        front.suffers()
        if front.postgres is not None and nth % 5 == 0:
            front.loses_its_database()
    assert any(one.is_alive() for one in front.players), "nobody sent any more at the last kill"
    for player in front.players:
        player.finish()
    front.waits_until(lambda: not any(one.is_alive() for one in front.players), 300)


def agrees(front: Front) -> None:
    """Acknowledged, counted, recounted and booked are one number."""
    made = sum(one.made for one in front.players)
    acknowledged = sum(front.acknowledged.values())
    counted = front.counted()
    assert front.server.stop() == 0
    url = front.settings.get("database_url", f"sqlite:///{front.folder}/data/plays.db")
    found = held(open_plays(url))
    verified = command(front.folder, "rollups", "verify", **front.settings)

    seen = sum((one.link.seen for one in front.players), Counter())
    refused = sum((one.refused for one in front.players), Counter())
    print(f"\nbatches on their way at each kill: {front.in_flight}")
    print(f"{dict(seen)}; refused {dict(refused)}")
    print(f"shown {made}, acknowledged {acknowledged}, counted {counted}, {found.stored} stored, ")
    print(f"recounted {found.recounted}, booked {found.booked_by_screen} {found.booked_by_day}")
    figures = (
        acknowledged,
        counted,
        found.stored,
        found.recounted,
        found.booked_by_screen,
        found.booked_by_day,
    )
    assert figures == (made,) * 6
    assert without_zeros(found.marks) == without_zeros(front.acknowledged)
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    assert set(refused) <= {503}
    assert all(seen[one] for one in ("twice", "answer lost", "later first", "earlier again"))
    if front.postgres is None:
        with sqlite3.connect(front.folder / "data" / "plays.db") as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_was_acknowledged_counts_once_through_kills_of_server_and_database(
    front: Front,
) -> None:
    fights(front, SHORT)
    agrees(front)


@pytest.mark.soak
def test_a_hundred_kills_lose_and_double_nothing(front: Front) -> None:
    fights(front, KILLS)
    agrees(front)
