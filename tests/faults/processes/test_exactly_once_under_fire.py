"""Fifty players on a bad network, and a server and a database that are killed again and again.

Acknowledged, counted and stored plays and the roll-ups are equal, to the play. `ANPING_TEST_KILLS`
is how often the server is killed, and PostgreSQL a fifth of that.
"""

import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.app.clock import DAY_MS
from tests.support.app.databases import ON_POSTGRES, open_plays
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.people import sign_in
from tests.support.app.postgres import PostgresServer
from tests.support.app.world import make_world
from tests.support.devices.one_plan_crowd import held, make_players, without_zeros
from tests.support.devices.unruly_players import FirePlayer
from tests.support.many import is_gunicorn
from tests.support.patience import until
from tests.support.plays.confirmed import confirmed
from tests.support.processes.furnished_district import program_token
from tests.support.processes.server import RunningServer, command, free_port, start_server
from tests.support.speed.cpu import used_ms
from tests.support.speed.memory import tree

KILLS = int(os.environ.get("ANPING_TEST_KILLS", "100"))
PLAYERS = 50
DAYS = 3
# So many plays that players still send at the last kill of a hundred.
LONG_DAYS = 16
SHORT = 2
SERVES_S = 5.0

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(7200),
    pytest.mark.usefixtures("quiet"),
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
    started: list[tuple[float, float]] = field(default_factory=list)
    """After each start: s until it served, and how many of a processor the web server took."""
    server: RunningServer = field(init=False)

    def starts(self) -> None:
        """The server, and returns when it serves."""
        began = time.monotonic()
        self.server = start_server(self.folder, self.port, first_run=True, **self.settings)
        self.server.wait_until_ready()
        web = next(pid for pid in tree(self.server.process.pid) if is_gunicorn(pid))
        worked_s = used_ms(web) / 1000
        self.started.append((time.monotonic() - began, worked_s))

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

    def is_over(self) -> bool:
        """Whether all have sent everything; fails with the players' errors if one gave up."""
        failed = [one.failure for one in self.players if one.failure]
        assert not failed, failed[0]
        return not any(one.is_alive() for one in self.players)

    @property
    def acknowledged(self) -> dict[str, int]:
        """By boot, the number of acknowledged plays."""
        return {boot: count for one in self.players for boot, count in one.acknowledged.items()}

    def counted(self) -> int:
        """Confirmed plays by the report that people read."""
        return confirmed(self.server.base, self.token, self.days)


@pytest.fixture
def front(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer | None
) -> Iterator[Front]:
    days = LONG_DAYS if request.node.get_closest_marker("soak") else DAYS
    settings = {"database_url": postgres.url("anping")} if postgres is not None else {}
    world = make_world(tmp_path, **settings)
    world.clock.at_ms = time.time_ns() // 1_000_000
    port = free_port()
    players = make_players(world, f"http://127.0.0.1:{port}", PLAYERS, days * DAY_MS)
    token = program_token(world, sign_in(world, "reviewer").user_id)
    make_waiting_picture(world)
    world.close()
    made = Front(tmp_path, port, settings, token, days, players, postgres)
    made.starts()
    yield made
    made.server.stop()


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
    until("all is acknowledged", front.is_over, patience_s=300, every_s=0.1)


def serves_soon(front: Front) -> None:
    """Within five seconds of its start, or of a processor where others take them too."""
    print(f"\nserving after so many s, and s of processors: {front.started[1:]}")
    assert all(min(took_s, worked_s) <= SERVES_S for took_s, worked_s in front.started[1:])


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
        with closing(sqlite3.connect(front.folder / "data" / "plays.db")) as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_acknowledged_plays_count_once_through_kills_of_server_and_database(
    front: Front,
) -> None:
    fights(front, SHORT)
    agrees(front)


@pytest.mark.timed
def test_after_each_kill_it_serves_within_five_seconds(front: Front) -> None:
    fights(front, SHORT)
    serves_soon(front)


@pytest.mark.soak
def test_a_hundred_kills_lose_and_double_nothing(front: Front) -> None:
    fights(front, KILLS)
    serves_soon(front)
    agrees(front)
