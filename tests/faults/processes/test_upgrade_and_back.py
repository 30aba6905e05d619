"""From the last release to this one under load, and back; and from this one to the next, and back.

By docs/upgrading.md: stop the one, start the other on the same data; the socket is kept. Players on
a bad network hand in all the time. Their plays are stored, counted and booked once, and the older
release serves the data that the newer one has left to it.
"""

import contextlib
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from server.foundation.db.migrate import head
from server.foundation.db.reach import number_of
from server.foundation.jobs.models import Job
from server.playlog.tasks import seal_plays, tie_plays
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.databases import ON_POSTGRES, open_plays
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.postgres import PostgresServer
from tests.support.app.world import make_world
from tests.support.devices.one_plan_crowd import held, make_players, without_zeros
from tests.support.devices.unruly_players import FirePlayer
from tests.support.patience import until
from tests.support.plays.confirmed import confirmed
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import in_batches, make_programme
from tests.support.processes.furnished_district import program_token
from tests.support.processes.last_release import Release, last_release
from tests.support.processes.next_release import next_release
from tests.support.processes.server import ROOT, RunningServer, command, start_server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(ON_POSTGRES, reason="each database has its turn anyway"),
    pytest.mark.parametrize(
        "postgres",
        ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)],
        indirect=True,
    ),
    pytest.mark.long,
]

PLAYERS, DAYS, ROUNDS = 16, 4, 1
LONG_PLAYERS, LONG_DAYS, LONG_ROUNDS = 50, 16, 10
UNDER_LOAD_S = 1.5
THIS = Release(ROOT, "this tree")


@dataclass
class Walk:
    """A data folder with its socket, and players before it; one release after another serves it."""

    folder: Path
    kept: socket.socket
    settings: dict[str, str]
    days: int
    players: list[FirePlayer]
    token: str
    server: RunningServer = field(init=False)
    away_s: list[float] = field(default_factory=list)

    def is_served_by(self, release: Release) -> None:
        """Start it, and return when it serves."""
        port = self.kept.getsockname()[1]
        self.server = start_server(
            self.folder,
            port,
            first_run=True,
            kept=self.kept,
            release=release.folder,
            **self.settings,
        )
        self.server.wait_until_ready()

    def goes_on_with(self, release: Release) -> None:
        """Stop who serves and start another while all hand in; each is acknowledged something."""
        time.sleep(UNDER_LOAD_S)
        began = time.monotonic()
        assert self.server.stop() == 0
        self.is_served_by(release)
        self.away_s.append(time.monotonic() - began)
        self.each_is_acknowledged_more()

    def each_is_acknowledged_more(self) -> None:
        """Return when each player has more acknowledged plays."""
        before = {one.name: sum(one.acknowledged.values()) for one in self.players}

        def all_were() -> bool:
            failed = [one.failure for one in self.players if one.failure]
            assert not failed, failed[0]
            progress = [sum(one.acknowledged.values()) > before[one.name] for one in self.players]
            assert all(progress) or all(one.is_alive() for one in self.players), (
                "nobody sent any more"
            )
            return all(progress)

        until("each is acknowledged more", all_were, every_s=0.05)

    def ends(self) -> None:
        """Nothing more is shown; all that was shown is acknowledged."""
        for one in self.players:
            one.finish()
        for one in self.players:
            one.join(120)
            assert not one.is_alive(), one.failure

    def counted(self) -> int:
        """Confirmed plays by the report of who serves."""
        return confirmed(self.server.base, self.token, self.days)


@pytest.fixture
def kept() -> Iterator[socket.socket]:
    """What systemd keeps."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as made:
        yield made


@pytest.fixture
def walk(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    kept: socket.socket,
    postgres: PostgresServer | None,
) -> Iterator[Walk]:
    is_long = request.node.get_closest_marker("soak") is not None
    days, players = (LONG_DAYS, LONG_PLAYERS) if is_long else (DAYS, PLAYERS)
    settings = settings_of(postgres)
    world = make_world(tmp_path / "server", **settings)
    world.clock.at_ms = time.time_ns() // 1_000_000
    base = f"http://127.0.0.1:{kept.getsockname()[1]}"
    made = make_players(world, base, players, days * DAY_MS)
    token = program_token(world, sign_in(world, "reviewer").user_id)
    make_waiting_picture(world)
    world.close()
    yield (walked := Walk(tmp_path / "server", kept, settings, days, made, token))
    with contextlib.suppress(AttributeError):  # it never came to serving
        walked.server.stop()


def settings_of(postgres: PostgresServer | None) -> dict[str, str]:
    """Of a server on this database."""
    return {"database_url": postgres.url("anping")} if postgres is not None else {}


def there_and_back(walk: Walk, older: Release, newer: Release, rounds: int) -> None:
    """Under load from the older to the newer and back, so many times."""
    done = command(walk.folder, "migrate", "--back-to", str(older.folder), **walk.settings)
    assert done.returncode == 0, done.stderr
    is_loaded_on(walk, older)
    for _ in range(rounds):
        walk.goes_on_with(newer)
        walk.goes_on_with(older)
    walk.ends()


def is_loaded_on(walk: Walk, release: Release) -> None:
    """The players begin before a release."""
    walk.is_served_by(release)
    for one in walk.players:
        one.start()
    walk.each_is_acknowledged_more()


def agrees(walk: Walk) -> None:
    """Shown, acknowledged, counted, stored, recounted and booked are one number."""
    made = sum(one.made for one in walk.players)
    acknowledged = {b: n for one in walk.players for b, n in one.acknowledged.items()}
    counted = walk.counted()
    assert walk.server.stop() == 0
    url = walk.settings.get("database_url", f"sqlite:///{walk.folder}/data/plays.db")
    found = held(open_plays(url))
    verified = command(walk.folder, "rollups", "verify", **walk.settings)
    seen = sum((one.link.seen for one in walk.players), Counter())
    refused = sum((one.refused for one in walk.players), Counter())
    away = ", ".join(f"{one:.1f}" for one in walk.away_s)
    print(
        f"{len(walk.players)} players, {made:,} plays, each held once; "
        f"from stop to serving {away} s; refused {dict(refused)}; {dict(seen)}"
    )

    figures = (
        sum(acknowledged.values()),
        counted,
        found.stored,
        found.recounted,
        found.booked_by_screen,
        found.booked_by_day,
    )
    assert figures == (made,) * 6
    assert without_zeros(found.marks) == without_zeros(acknowledged)
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    assert set(refused) <= {503}


def test_from_the_last_release_to_this_one_and_back_no_play_is_lost(
    walk: Walk, tmp_path: Path
) -> None:
    release = last_release(tmp_path / "release")
    print(f"\nthe last release: {release.name}")

    there_and_back(walk, release, THIS, ROUNDS)

    agrees(walk)


def test_what_this_release_has_tied_together_counts_in_the_last_one(
    tmp_path: Path, postgres: PostgresServer | None
) -> None:
    settings = settings_of(postgres)
    world = make_world(tmp_path / "server", **settings)
    screen, programme = make_screen(world), make_programme(START_MS)
    put_on_air(world, screen, programme, START_MS)
    world.clock.forward(HOUR_MS)
    for batch in in_batches(programme, programme.slots(START_MS, START_MS + HOUR_MS), 1):
        hand_in(world, screen, batch)
    world.clock.forward(2 * DAY_MS)
    seal_plays(world.core, Job())
    tie_plays(world.core, Job())
    with world.core.plays.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT COUNT(*) FROM batches").scalar_one()
    world.close()
    release = last_release(tmp_path / "release")

    verified = [
        command(tmp_path / "server", "rollups", "verify", release=one, **settings)
        for one in (ROOT, release.folder)
    ]

    assert rows == 2
    assert [one.returncode for one in verified] == [0, 0], verified[1].stdout
    assert verified[0].stdout == verified[1].stdout


def test_this_release_serves_on_what_the_next_one_has_added_to(walk: Walk, tmp_path: Path) -> None:
    newer = next_release(tmp_path / "next")

    is_loaded_on(walk, newer)
    walk.goes_on_with(THIS)
    walk.ends()

    assert command(walk.folder, "doctor", **walk.settings).stdout.count("of a newer release") == 2
    agrees(walk)


def test_tables_it_cannot_serve_are_refused_and_one_command_goes_back(
    walk: Walk, tmp_path: Path
) -> None:
    newer = next_release(tmp_path / "next", only_adds=False)
    migrated = command(walk.folder, "migrate", release=newer.folder, **walk.settings)
    assert migrated.returncode == 0, migrated.stderr

    refused = command(walk.folder, "serve", **walk.settings)
    back = command(
        walk.folder, "migrate", "--back-to", str(ROOT), release=newer.folder, **walk.settings
    )
    walk.is_served_by(THIS)
    while_served = command(
        walk.folder, "migrate", "--back-to", str(ROOT), release=newer.folder, **walk.settings
    )

    assert refused.returncode == 1
    newest = head("config") or ""
    assert f"this one ({newest}) can't run on it" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert back.returncode == 0, back.stderr
    assert f"config: {number_of(newest) + 1:04} -> {newest}" in back.stdout
    assert while_served.returncode == 1
    assert "Stop it first" in while_served.stderr


def test_a_folder_without_a_release_is_named(walk: Walk, tmp_path: Path) -> None:
    done = command(walk.folder, "migrate", "--back-to", str(tmp_path), **walk.settings)

    assert done.returncode == 1
    assert f"{tmp_path} holds no older release that this one knows" in done.stderr


@pytest.mark.soak
def test_ten_times_there_and_back_under_fifty_players(walk: Walk, tmp_path: Path) -> None:
    release = last_release(tmp_path / "release")
    print(f"\nthe last release: {release.name}")

    there_and_back(walk, release, THIS, LONG_ROUNDS)

    agrees(walk)
