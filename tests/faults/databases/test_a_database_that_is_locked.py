"""Another process holds the lock of a database: writers get 503, readers are served.

Each is answered while the lock is held; how soon is judged by the clock in the timed forms.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import requests

from server.foundation.lock_patience import ANSWER_S
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT
from tests.support.network.raw_socket import RawSocket
from tests.support.patience import PATIENCE_S
from tests.support.plays.intake import ALL
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite"),
    pytest.mark.long,
]

MEANWHILE_S = 1.0
WAYS = ("IMMEDIATE", "EXCLUSIVE")
FEW_S, LONG_S = 15.0, 30.0
PATHS = ("/healthz", "/readyz", "/login")
LOST = {"boot": BOOT, "lost": [[1, ALL, "acknowledged"]]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("locked"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


@contextmanager
def locked(world: World, name: str, way: str = "IMMEDIATE") -> Iterator[None]:
    path = world.core.settings.data / name
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_S)) as other:
        other.execute(f"BEGIN {way}")
        yield
        other.execute("ROLLBACK")


def get(worker: WebWorker, path: str) -> tuple[int, float]:
    began = time.monotonic()
    status = requests.get(worker.base + path, timeout=PATIENCE_S).status_code
    return status, time.monotonic() - began


@pytest.mark.parametrize("way", WAYS)
def test_plays_are_503_with_when_to_come_again_and_then_taken(
    world: World, worker: WebWorker, way: str
) -> None:
    plays_are_refused_for(0.0, world, worker, way)


def test_a_player_on_a_socket_gets_the_same_answer(world: World, worker: WebWorker) -> None:
    socket_is_refused(world, worker)


def test_plays_are_taken_while_it_is_the_configuration_that_is_held(
    world: World, worker: WebWorker
) -> None:
    screen = make_screen(world)
    with locked(world, "config.db", "EXCLUSIVE"):
        taken = hand_in(worker, screen)

    assert (taken.status_code, taken.json()["upto"]) == (200, ALL)


@pytest.mark.timed
@pytest.mark.parametrize("way", WAYS)
def test_plays_are_refused_before_the_player_gives_up_and_others_answered_within_one_second(
    world: World, worker: WebWorker, way: str
) -> None:
    refused_s, meanwhile_s = plays_are_refused_for(FEW_S, world, worker, way)

    assert refused_s < ANSWER_S
    assert meanwhile_s < MEANWHILE_S
    assert socket_is_refused(world, worker) < ANSWER_S


@pytest.mark.soak
def test_so_they_are_for_half_a_minute(world: World, worker: WebWorker) -> None:
    refused_s, meanwhile_s = plays_are_refused_for(LONG_S, world, worker)

    assert refused_s < ANSWER_S
    assert meanwhile_s < MEANWHILE_S


def hand_in(worker: WebWorker, screen: BoundScreen) -> requests.Response:
    url = f"{worker.base}/api/v1/player/plays"
    return requests.post(url, json=LOST, headers=screen.headers, timeout=PATIENCE_S)


def plays_are_refused_for(
    locked_s: float, world: World, worker: WebWorker, way: str = WAYS[0]
) -> tuple[float, float]:
    """Each that comes meanwhile, once at least; the longest that one, and another, waited (s)."""
    screen = make_screen(world)
    for path in PATHS:  # warm-up of first requests
        get(worker, path)

    with locked(world, "plays.db", way):
        until, waits, others = time.monotonic() + locked_s, list[float](), list[float]()
        while not waits or time.monotonic() < until:
            began = time.monotonic()
            refused = hand_in(worker, screen)
            waits.append(time.monotonic() - began)
            meanwhile = [get(worker, path) for path in PATHS]
            others += [seconds for _, seconds in meanwhile]

            assert refused.status_code == 503, refused.text
            assert int(refused.headers["Retry-After"]) >= 1
            assert [status for status, _ in meanwhile] == [200, 200, 200]

    print(f"{len(waits)} refused, after {', '.join(f'{one:.1f}' for one in waits)} s")
    time.sleep(int(refused.headers["Retry-After"]))
    taken = hand_in(worker, screen)
    assert (taken.status_code, taken.json()["upto"]) == (200, ALL)
    return max(waits), max(others)


def socket_is_refused(world: World, worker: WebWorker) -> float:
    """How long a player on a socket waits for that, s; its plays are taken afterwards."""
    screen = make_screen(world)
    with closing(RawSocket(worker.base)) as player:
        player.enter(token=screen.token, boot=BOOT, version=None)
        with locked(world, "plays.db"):
            began = time.monotonic()
            refused = player.ask("plays", LOST)
            took_s = time.monotonic() - began
        assert refused["error"]["code"] == "busy", refused
        time.sleep(refused["error"]["retry_after_ms"] / 1000)
        assert player.ask("plays", LOST, number=2)["upto"] == ALL
    return took_s


def people_are_refused(world: World, worker: WebWorker, name: str) -> float:
    """Who writes is, who reads isn't; how long the first of them waited (s)."""
    admin = sign_in(world, "admin", username=name)
    token = admin.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    url, unit = f"{worker.base}/api/v1/units", {"name": f"街道 {name}"}

    with locked(world, "config.db"):
        began = time.monotonic()
        refused = requests.post(
            url, json={"name": f"街道 {name}"}, headers=bearer, timeout=PATIENCE_S
        )
        took_s = time.monotonic() - began
        read = requests.get(url, headers=bearer, timeout=PATIENCE_S)
        signed = requests.post(
            f"{worker.base}/api/v1/session",
            json={"username": name, "password": PASSWORD},
            timeout=PATIENCE_S,
        )

    assert refused.status_code == 503, refused.text
    assert read.status_code == 200
    assert signed.status_code == 503
    made = requests.post(url, json=unit, headers=bearer, timeout=PATIENCE_S)
    assert made.status_code == 201
    return took_s


def test_people_who_write_are_503_and_who_read_see_nothing_of_it(
    world: World, worker: WebWorker
) -> None:
    people_are_refused(world, worker, "wang")


@pytest.mark.timed
def test_people_who_write_are_refused_as_soon(world: World, worker: WebWorker) -> None:
    assert people_are_refused(world, worker, "chen") < ANSWER_S
