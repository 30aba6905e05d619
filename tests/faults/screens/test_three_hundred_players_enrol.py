"""A morning in the depot: three hundred boxes are switched on behind one router, with one key."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from server.inventory.screens.models import Screen
from server.simulator.player.binding import enrol
from server.simulator.player.disk import Credential
from server.simulator.wire.links import NetLink
from server.simulator.wire.protocol import Refused
from tests.support.app.inventory import ALWAYS, make_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240), pytest.mark.long]

PLAYERS, FEW = 300, 30
AT_ONCE = 40
WITHIN_S = 60.0
BUSY, AGAIN_S = 503, 0.5
UNTIL = "2099-12-31T00:00:00+08:00"


@pytest.fixture
def depot(world: World) -> int:
    """A unit with a bus and a screen on record for the first serials."""
    unit = make_unit(world, "公交公司")
    put_on_record(sign_in(world, "admin"), unit, range(FEW))
    return unit


def put_on_record(admin: Person, unit: int, numbers: range) -> None:
    for number in numbers:
        bus = {"name": f"{number} 号车", "kind": "bus", "unit_id": f"u_{unit}"}
        hours = {str(day): ALWAYS for day in range(1, 8)}
        venue = admin.client.post("/api/v1/venues", json={**bus, "hours": hours}).get_json()["id"]
        screen = {"venue_id": venue, "name": "车内屏", "serial": f"BUS-{number:04}"}
        assert admin.client.post("/api/v1/screens", json=screen).status_code == 201


@pytest.fixture
def worker(world: World, depot: int) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


def make_key(admin: Person, unit: int, uses: int) -> tuple[str, str]:
    body = {"unit_id": f"u_{unit}", "venue_kind": "bus", "uses": uses, "expires_at": UNTIL}
    made = admin.client.post("/api/v1/enrolment-keys", json=body).get_json()
    return made["id"], made["key"]


def tried(base: str, key: str, serial: str) -> Credential | str:
    """A box's first request to the server; after a 503 it retries, as boxes do."""
    while True:
        try:
            return enrol(NetLink(base, answer_s=PATIENCE_S), key, serial)
        except Refused as refused:
            if refused.status != BUSY:
                return refused.code
            time.sleep(AGAIN_S)


def all_at_once(base: str, key: str, serials: list[str]) -> list[Credential | str]:
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return list(crowd.map(lambda serial: tried(base, key, serial), serials))


def all_enrol(world: World, depot: int, worker: WebWorker) -> float:
    """Each lands on its screen, and the key is used up; how long they took together, s."""
    admin = sign_in(world, "admin")
    put_on_record(admin, depot, range(FEW, PLAYERS))
    key_id, key = make_key(admin, depot, PLAYERS)
    serials = [f"BUS-{number:04}" for number in range(PLAYERS)]

    began = time.monotonic()
    came = all_at_once(worker.base, key, serials)
    spent_s = time.monotonic() - began
    print(f"\n{PLAYERS} players enrolled from one address in {spent_s:.1f} s")

    assert {type(one) for one in came} == {Credential}
    with world.core.config.read() as session:
        rows_by_id = {f"s_{row.id}": row for row in session.query(Screen)}
    assert len(rows_by_id) == PLAYERS
    landed = {rows_by_id[one.screen].serial: one for one in came if isinstance(one, Credential)}
    assert list(landed) == serials
    assert all(rows_by_id[one.screen].enrolled_at for one in landed.values())
    assert len({one.token for one in landed.values()}) == PLAYERS
    document = admin.client.get(f"/api/v1/enrolment-keys/{key_id}").get_json()
    assert (document["used"], document["screens"]) == (PLAYERS, PLAYERS)
    assert document["state"] == "used_up"
    assert all(is_known(worker.base, one) for one in list(landed.values())[::50])
    assert tried(worker.base, key, "ONE-MORE") == "access_denied"
    return spent_s


def test_they_land_on_their_screens_and_the_key_is_used_up(
    world: World, depot: int, worker: WebWorker
) -> None:
    all_enrol(world, depot, worker)


@pytest.mark.timed
def test_they_land_on_their_screens_within_a_minute_and_the_key_is_used_up(
    world: World, depot: int, worker: WebWorker
) -> None:
    assert all_enrol(world, depot, worker) <= WITHIN_S


def test_a_key_for_seven_lets_in_seven_of_thirty_that_come_together(
    world: World, depot: int, worker: WebWorker
) -> None:
    admin = sign_in(world, "admin")
    key_id, key = make_key(admin, depot, 7)

    came = all_at_once(worker.base, key, [f"BUS-{number:04}" for number in range(FEW)])

    answers = Counter("in" if isinstance(one, Credential) else one for one in came)
    assert answers == {"in": 7, "access_denied": 23}
    assert admin.client.get(f"/api/v1/enrolment-keys/{key_id}").get_json()["used"] == 7


def test_one_serial_that_comes_many_times_at_once_is_let_in_once(
    world: World, depot: int, worker: WebWorker
) -> None:
    key_id, key = make_key(sign_in(world, "admin"), depot, 30)

    came = all_at_once(worker.base, key, ["BUS-0001"] * 20)

    good = [one for one in came if isinstance(one, Credential) and is_known(worker.base, one)]
    assert len(good) == 1
    document = sign_in(world, "admin").client.get(f"/api/v1/enrolment-keys/{key_id}").get_json()
    assert document["used"] == 1


def is_known(base: str, one: Credential) -> bool:
    headers: dict[str, Any] = {"Authorization": f"Bearer {one.token}"}
    answer = requests.get(f"{base}/api/v1/player/assignment", headers=headers, timeout=PATIENCE_S)
    return answer.status_code != 401
