"""A bulk reload of three hundred players that are online: each has its outcome, and comes back."""

import random
import time
from typing import Any, cast

import gevent
import pytest
import requests
from sqlalchemy import event

from server.accounts.auth.request_identity import COOKIE
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.fleet.machine import Machine
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.shelf import Shelf
from server.simulator.wire.links import NetLink
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import web_worker

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

PLAYERS = 300


def box_of(world: World, screen: BoundScreen, base: str) -> Box:
    machine, cable = Machine(lambda: time.time_ns() / 1e6), NetLink(base)
    keys = cast("list[dict[str, Any]]", world.core.signer.public_keys())
    fittings = Fittings(cable, machine, Shelf(), random.Random(screen.id))
    return Box(Disk(Credential(screen.token, screen.public_id, keys)), machine, cable, fittings)


def reload_all(world: World) -> float:
    """Reload all; seconds until all are back, and until the order was answered."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    venue = make_venue(world)
    screens = [make_screen(world, venue=venue) for _ in range(PLAYERS)]
    person = sign_in(world, "admin")
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    headers = {
        "X-CSRF-Token": str(person.client.environ_base["HTTP_X_CSRF_TOKEN"]),
        "Cookie": f"{COOKIE}={cookie.value}",
    }
    with web_worker(world) as worker:
        crowd = Crowd({str(one.id): box_of(world, one, worker.base) for one in screens})
        crowd.begin(3.0)

        def up() -> bool:
            return all(box.cable.up for box in crowd.boxes.values())

        def call(method: str, path: str, body: Any = None) -> Any:
            def ask() -> requests.Response:
                address = f"{worker.base}/api/v1/screens/bulk{path}"
                sent = {**headers, "Origin": worker.base}
                return requests.request(
                    method, address, json=body, headers=sent, timeout=PATIENCE_S
                )

            answer = gevent.get_hub().threadpool.apply(ask)
            assert answer.ok, answer.text
            return answer.json()

        assert crowd.wait(up, PATIENCE_S)
        before = {name: box.player for name, box in crowd.boxes.items()}
        began = time.monotonic()
        done = call("POST", "", {"action": "reload", "filter": {}})
        answered_s = time.monotonic() - began
        assert call("GET", f"/{done['id']}")["finished_at"] is None
        assert crowd.wait(
            lambda: call("GET", f"/{done['id']}")["finished_at"] is not None, PATIENCE_S
        )
        finished_s = time.monotonic() - began
        result = call("GET", f"/{done['id']}")
        back = crowd.wait(
            lambda: up() and all(box.player is not before[n] for n, box in crowd.boxes.items()),
            PATIENCE_S,
        )
        crowd.end()
    print(f"{PLAYERS} players: answered after {answered_s:.2f} s, all told {finished_s:.1f} s")
    assert (result["screens"], result["answered"], result["failed"]) == (PLAYERS, PLAYERS, 0)
    assert back
    return answered_s


@pytest.mark.long
def test_three_hundred_players_reload_and_all_are_notified(world: World) -> None:
    reload_all(world)


@pytest.mark.timed
def test_who_reloads_three_hundred_players_is_answered_within_two_seconds(world: World) -> None:
    assert reload_all(world) < 2


def statements_of_a_reload(world: World, screens: list[BoundScreen]) -> int:
    """How many statements there are while a reload of these is ordered."""
    person, found = sign_in(world, "admin"), list[str]()

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        found.append(sql)

    body = {"action": "reload", "screen_ids": [one.public_id for one in screens]}
    event.listen(world.core.config.engine, "before_cursor_execute", note)
    answer = person.client.post("/api/v1/screens/bulk", json=body)
    event.remove(world.core.config.engine, "before_cursor_execute", note)
    assert answer.get_json()["screens"] == len(screens), answer.text
    return len(found)


def test_a_reload_of_three_hundred_is_ordered_by_as_many_statements_as_one_of_ten(
    world: World,
) -> None:
    venue = make_venue(world)
    screens = [make_screen(world, venue=venue) for _ in range(PLAYERS)]
    statements_of_a_reload(world, screens[:10])  # what is asked once and then known

    few = statements_of_a_reload(world, screens[:10])

    assert statements_of_a_reload(world, screens) == few
