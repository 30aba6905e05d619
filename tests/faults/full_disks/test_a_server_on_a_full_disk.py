"""A server whose disk has no byte left, with its databases, its files and its log on it.

It refuses plays and files, in words; people sign in, stop and take over by the reserved space; and
once there is space again it goes on without a restart. Its data is on a tmpfs.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from server.foundation.storage import reserve
from tests.support.api_contract.fuzzing import bearer, token_of
from tests.support.app.campaigns import EVERYWHERE, Office, call, open_office, picture
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.one_plan_crowd import booked
from tests.support.devices.socket_player import BOOT
from tests.support.factories.notification_sinks import webhook_sink
from tests.support.factories.sample_files import photo
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import serving
from tests.support.processes.small_disk import fill, small_disk, world_on
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite"),
    pytest.mark.long,
]

DISK_MB = 400
AT_LEAST = 50 * 1024 * 1024
MOST_TRIES = 2_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_MB) as folder:
        yield folder


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    with world_on(disk) as made:
        yield made


@pytest.fixture
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


class Visitor:
    """A person with a browser's session."""

    def __init__(self, base: str, username: str) -> None:
        self._base, self._asks = base, requests.Session()
        credentials = {"username": username, "password": PASSWORD}
        signed = self._asks.post(f"{base}/api/v1/session", json=credentials, timeout=PATIENCE_S)
        assert signed.status_code == 200, signed.text
        self._asks.headers.update({"Origin": base, "X-CSRF-Token": signed.json()["csrf_token"]})

    def ask(self, method: str, path: str, *, read: str = "", **body: Any) -> requests.Response:
        """An answer of the API; of what was `read` before, the state that was read."""
        url, headers = f"{self._base}/api/v1{path}", {}
        if read:
            seen = self._asks.get(f"{self._base}/api/v1{read}", timeout=PATIENCE_S)
            headers["If-Match"] = seen.headers["ETag"]
        return self._asks.request(method, url, json=body, headers=headers, timeout=PATIENCE_S)


@dataclass
class Giver:
    """A player that hands in one play after the other."""

    url: str
    screen: BoundScreen
    acknowledged: int = 0

    def hand_in(self) -> requests.Response:
        """The next play, or the one again that wasn't taken."""
        play = {
            "boot": BOOT, "first": self.acknowledged + 1, "manifest": None, "clock": None,
            "assets": ["f" * 64], "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [0],
            "start_ms": [1000 * self.acknowledged + 1], "shown_ms": [500], "state": [0],
            "cause": [4], "error": [None],
        }  # fmt: skip
        answer = requests.post(self.url, json=play, headers=self.screen.headers, timeout=PATIENCE_S)
        if answer.status_code == 200:
            self.acknowledged = answer.json()["upto"]
        return answer

    def until_refused(self) -> requests.Response:
        """Overwritten files still have their blocks: the first answer without space."""
        for _ in range(MOST_TRIES):
            answer = self.hand_in()
            if answer.status_code != 200:
                return answer
        raise AssertionError("there was always room")


@dataclass(frozen=True)
class Desk:
    """A person with a token."""

    base: str
    token: str

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """An answer of the API."""
        url, headers = f"{self.base}/api/v1{path}", bearer(self.token)
        return requests.request(method, url, headers=headers, timeout=PATIENCE_S, **options)

    def uploads(self, file: Path) -> requests.Response:
        """A picture, by a form."""
        with file.open("rb") as opened:
            return self.ask("POST", "/assets", files={"file": opened})


def test_plays_and_files_wait_orders_go_out_and_it_is_well_again_without_a_restart(
    world: World, worker: WebWorker, disk: Path, tmp_path: Path
) -> None:
    office, screen, picture = open_office(world), make_screen(world), photo(tmp_path / "photo.jpg")
    desk = Desk(worker.base, token_of(worker.base, office.author.username, PASSWORD))
    giver = Giver(f"{worker.base}/api/v1/player/plays", screen)
    set_aside = world.core.settings.data / reserve.NAME
    until("room that is set aside", set_aside.exists)
    assert set_aside.stat().st_size >= AT_LEAST
    taken, began = fill(disk), time.monotonic()

    plays = giver.until_refused()
    before, file = giver.acknowledged, desk.uploads(picture)
    alive = requests.get(worker.base + "/healthz", timeout=PATIENCE_S)
    signed = requests.post(
        f"{worker.base}/api/v1/session",
        json={"username": office.reviewer.username, "password": PASSWORD},
        timeout=PATIENCE_S,
    )
    stop = desk.ask("POST", "/stop", json={"selector": EVERYWHERE, "mode": "black"})

    print(f"{before} plays before 503; stopped {time.monotonic() - began:.1f} s after it was full")
    assert (plays.status_code, int(plays.headers["Retry-After"]) >= 1) == (503, True), plays.text
    assert (file.status_code, file.json()["code"]) == (507, "storage_full"), file.text
    assert file.json()["detail"]
    assert (alive.status_code, signed.status_code, stop.status_code) == (200, 200, 201), stop.text

    taken.unlink()
    until("plays are taken again", lambda: giver.hand_in().status_code == 200)
    assert giver.acknowledged == before + 1 == booked(world)[screen.id][0]
    assert desk.uploads(picture).status_code == 201
    assert worker.process.poll() is None
    lines = worker.log.read_text(encoding="utf-8").splitlines()
    assert [one for one in lines if not one.startswith(("{", "["))] == []


def test_one_that_starts_without_a_byte_lets_people_in_and_stops(world: World, disk: Path) -> None:
    office = open_office(world)
    make_screen(world)
    token = office.author.client.post("/api/v1/tokens", json={"name": "脚本"}).get_json()["token"]
    assert reserve.Reserve(world.core.settings.data).keep()
    fill(disk)

    with web_worker(world) as worker:
        desk = Desk(worker.base, token)
        stop = desk.ask("POST", "/stop", json={"selector": EVERYWHERE, "mode": "black"})
        credentials = {"username": office.reviewer.username, "password": PASSWORD}
        signed = requests.post(
            f"{worker.base}/api/v1/session", json=credentials, timeout=PATIENCE_S
        )

    assert (stop.status_code, signed.status_code) == (201, 200), stop.text


@pytest.fixture
def office_on_disk(tmp_path: Path) -> Iterator[Office]:
    """An office whose data alone are on a disk of their own; logs aren't."""
    folder = tmp_path / "server"
    folder.mkdir()
    with small_disk(folder / "data", DISK_MB):
        world = make_world(folder)
        world.clock.at_ms = time.time_ns() // 1_000_000
        make_waiting_picture(world)
        make_screen(world)
        yield open_office(world)
        world.close()


def test_a_whole_server_that_starts_without_a_byte_stops_takes_over_and_notifies_who_approves(
    office_on_disk: Office, tmp_path: Path
) -> None:
    office, data = office_on_disk, office_on_disk.world.core.settings.data
    ready, admin = picture(office, state="ready"), sign_in(office.world, "admin")
    assert reserve.Reserve(data).keep()
    with webhook_sink() as sink:
        target = {"name": "群", "kind": "webhook", "url": sink.url, "events": ["approval"]}
        assert call(admin, "POST", "/notification-targets", **target).status_code == 201
        office.world.close()
        fill(data)
        with serving(tmp_path / "server", outgoing_networks="127.0.0.0/8") as server:
            author, reviewer = (
                Visitor(server.base, one.username) for one in (office.author, office.reviewer)
            )
            stop = author.ask("POST", "/stop", selector=EVERYWHERE, mode="black")
            assert stop.status_code == 201, stop.text
            lifted = reviewer.ask("DELETE", f"/stop/{stop.json()['id']}")
            assert lifted.status_code == 200, lifted.text

            drafted = author.ask("POST", "/takeovers", asset_id=ready, selector=EVERYWHERE)
            assert drafted.status_code == 201, drafted.text
            until("who approves is told", lambda: sink.titles)
            takeover = f"/takeovers/{drafted.json()['id']}"
            approved = reviewer.ask("POST", f"{takeover}/approve", read=takeover)
            assert (approved.status_code, approved.json()["state"]) == (200, "live"), approved.text

            venue = author.ask("POST", "/venues", name="新点位", kind="bank")
            assert (venue.status_code, venue.json()["code"]) == (507, "storage_full"), venue.text
