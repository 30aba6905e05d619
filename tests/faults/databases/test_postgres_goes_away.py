"""PostgreSQL is killed, restarted or stopped: nothing acknowledged is lost, nothing counts twice.

It is away for a moment each time, in the long form for a minute.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from server.foundation.config import read_settings
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.postgres import PostgresServer, durable_postgres
from tests.support.app.world import World, make_world
from tests.support.devices.one_plan_crowd import booked
from tests.support.patience import PATIENCE_S, until
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import in_batches, make_programme
from tests.support.processes.server import free_port, start_server
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.faults

SCREENS = 4
PLAYS = 720
AWAY_S, LONG_AWAY_S = 1.0, 60.0
BACK_S = 5.0
PLAYERS_PATIENCE_S = 10.0


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """As durable as in production."""
    with durable_postgres() as server:
        yield server


@pytest.fixture
def world(tmp_path: Path, postgres: PostgresServer) -> World:
    made = make_world(tmp_path, database_url=postgres.url("anping"))
    made.clock.at_ms = time.time_ns() // 1_000_000
    return made


@pytest.fixture
def server(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as running:
        yield running


@dataclass
class Player(threading.Thread):
    """Hands in its log in batches, each again until it is acknowledged."""

    base: str
    screen: BoundScreen
    batches: list[dict[str, Any]]
    acknowledged: int = 0
    answered: int = 0
    refused: list[tuple[int, str | None]] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Go on until all is acknowledged."""
        for batch in self.batches:
            while not self._hand_in(batch):
                self.enough.wait(0.1)
            self.enough.wait(0.02)

    def _hand_in(self, batch: dict[str, Any]) -> bool:
        request = urllib.request.Request(
            f"{self.base}/api/v1/player/plays",
            json.dumps(batch).encode(),
            {**self.screen.headers, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PLAYERS_PATIENCE_S) as answer:
                self.acknowledged = json.load(answer)["upto"]
        except urllib.error.HTTPError as error:
            self.refused.append((error.code, error.headers["Retry-After"]))
            error.close()
            return False
        except TimeoutError:  # a hanging database may keep the route waiting, too
            return False
        self.answered += 1
        return True


def make_players(world: World, base: str) -> list[Player]:
    now_ms = world.clock.now_ms()
    begin_ms = now_ms - now_ms % MINUTE_MS - 3 * HOUR_MS
    programme = make_programme(begin_ms)
    slots = programme.slots(begin_ms, begin_ms + 3 * HOUR_MS)[:PLAYS]
    players = []
    for number in range(SCREENS):
        screen = make_screen(world, enrolled_at=begin_ms)
        put_on_air(world, screen, programme, begin_ms)
        batches = in_batches(programme, slots, 3, boot=f"{number:016x}")
        players.append(Player(base, screen, batches))
    return players


def status(base: str, path: str) -> int:
    try:
        with urllib.request.urlopen(base + path, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def until_ready(base: str, since: float) -> float:
    """Seconds since an instant until the server is ready again."""
    until("it is ready again", lambda: status(base, "/readyz") == 200)
    return time.monotonic() - since


def handed_in(players: list[Player], more: int) -> None:
    """Return when all together have been acknowledged so many batches more."""
    seen = sum(one.answered for one in players)
    while sum(one.answered for one in players) < seen + more:
        assert any(one.is_alive() for one in players), "nobody hands in any more"
        time.sleep(0.01)


def loses_postgres(
    world: World, server: WebWorker, postgres: PostgresServer, away_s: float
) -> float:
    """Killed, restarted in order, and stopped where it is, each for so long, while all hand in.

    The longest that the server took to be ready again after that, s.
    """
    players, back_s = make_players(world, server.base), []
    for player in players:
        player.start()
    ways = (
        (postgres.kill, postgres.start),
        (postgres.end, postgres.start),
        (postgres.freeze, postgres.thaw),
    )
    for goes, comes in ways:
        handed_in(players, 40)
        goes()
        until_s = time.monotonic() + away_s
        assert status(server.base, "/readyz") == 503
        assert status(server.base, "/healthz") == 200
        time.sleep(max(0.0, until_s - time.monotonic()))
        comes()
        back_s.append(until_ready(server.base, time.monotonic()))
    for player in players:
        player.join(180)

    killed, restarted, stopped = back_s
    print(f"ready again after kill {killed:.1f}, restart {restarted:.1f}, stop {stopped:.1f} s")
    assert [one.acknowledged for one in players] == [PLAYS] * SCREENS
    assert {code for one in players for code, _ in one.refused} == {503}
    assert all(int(retry or 0) >= 1 for one in players for _, retry in one.refused)
    assert booked(world) == {one.screen.id: (PLAYS, PLAYS) for one in players}
    return max(back_s)


@pytest.mark.long
def test_no_acknowledged_play_is_lost_and_none_counts_twice(
    world: World, server: WebWorker, postgres: PostgresServer
) -> None:
    loses_postgres(world, server, postgres, AWAY_S)


@pytest.mark.timed
def test_it_is_ready_again_within_five_seconds(
    world: World, server: WebWorker, postgres: PostgresServer
) -> None:
    assert loses_postgres(world, server, postgres, AWAY_S) <= BACK_S


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_so_it_is_when_it_is_away_for_a_minute(
    world: World, server: WebWorker, postgres: PostgresServer
) -> None:
    assert loses_postgres(world, server, postgres, LONG_AWAY_S) <= BACK_S


@pytest.mark.long
def test_pages_and_api_report_busy_and_go_on_by_themselves(
    world: World, postgres: PostgresServer
) -> None:
    admin = sign_in(world, "admin")
    assert admin.client.get("/api/v1/units").status_code == 200

    postgres.kill()
    away = admin.client.get("/api/v1/units")
    page = admin.client.get("/venues")
    change = admin.client.post("/api/v1/units", json={"name": "甲"})
    ready = world.visitor().get("/readyz").status_code
    postgres.start()

    for answer in (away, page, change):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
    assert away.get_json()["code"] == "busy"
    assert ready == 503
    assert admin.client.post("/api/v1/units", json={"name": "甲"}).status_code == 201
    assert world.visitor().get("/readyz").status_code == 200


@pytest.mark.long
def test_a_server_whose_database_is_away_reports_it_and_where(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    postgres.kill()
    url = postgres.url("anping")
    running = start_server(tmp_path, free_port(), first_run=True, database_url=url)

    assert running.process.wait(PATIENCE_S) == 69
    output = (tmp_path / "err.txt").read_text(encoding="utf-8")
    assert "ANPING_DATABASE_URL" in output
    assert "Traceback" not in output
    postgres.start()


def test_the_password_of_the_database_is_in_no_message() -> None:
    settings = read_settings(database_url="postgresql://anping:hush@127.0.0.1:1/anping")

    assert "hush" not in repr(settings)
