"""A real server process draws, asks virtual players over their sockets, and a person judges."""

import random
import time
from collections.abc import Callable
from typing import Any, cast

import gevent
import pytest
import requests

from server.accounts.auth.request_identity import COOKIE
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.fleet.machine import Machine
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.shelf import Shelf
from server.simulator.wire.links import NetLink
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.people import Person
from tests.support.app.world import World
from tests.support.factories.screenshots import make_pictured, poster
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import web_worker
from tests.support.reporting.spot_checks import make_check, set_plan, stored

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES, pytest.mark.long]

# With three screens on air a draw in nearly each round of five seconds.
OFTEN = 40_000


def box_of(world: World, screen: BoundScreen, base: str, shelf: Shelf) -> Box:
    machine, cable = Machine(lambda: time.time_ns() / 1e6), NetLink(base)
    keys = cast("list[dict[str, Any]]", world.core.signer.public_keys())
    fittings = Fittings(cable, machine, shelf, random.Random(screen.id))
    disk = Disk(Credential(screen.token, screen.public_id, keys))
    return Box(disk, machine, cable, fittings, ())


def talk(person: Person, base: str) -> Callable[..., Any]:
    """Calls of the API while the crowd lives on."""
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    headers = {
        "X-CSRF-Token": str(person.client.environ_base["HTTP_X_CSRF_TOKEN"]),
        "Origin": base,
        "Cookie": f"{COOKIE}={cookie.value}",
    }

    def call(method: str, path: str, body: Any = None) -> Any:
        def send() -> requests.Response:
            address = f"{base}/api/v1/{path}"
            return requests.request(method, address, json=body, headers=headers, timeout=PATIENCE_S)

        answer = gevent.get_hub().threadpool.apply(send)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.headers["Content-Type"] == "application/json" else answer

    return call


def test_draws_pictures_and_verdicts_end_to_end(world: World) -> None:
    world.clock.at_ms = time.time_ns() // 1_000_000
    office = open_office(world)
    screens = [make_screen(world) for _ in range(3)]
    asset = make_pictured(world, poster("navy", 2), name="国家反诈")
    office.publish(asset, target={"kind": "filler"})
    run_jobs(world.core)
    set_plan(world, per_day=OFTEN)
    cut_off = make_check(world, screens[0], state="asked", due_at=world.clock.now_ms() - 1)
    with web_worker(world) as worker:
        shelf = Shelf()
        crowd = Crowd(
            {str(at): box_of(world, one, worker.base, shelf) for at, one in enumerate(screens)}
        )
        crowd.begin(0.3)
        call = talk(office.reviewer, worker.base)

        def answered() -> list[Any]:
            found: list[Any] = call("GET", "spot-checks?standing=waiting")["items"]
            return found

        assert crowd.wait(lambda: bool(answered()), PATIENCE_S)
        mine = {"screen_id": screens[0].public_id}
        asked = call("POST", "spot-checks", mine)["id"]
        drawn = call("POST", "spot-checks/draw", {"selector": {"all": True}, "count": 2})["items"]
        wanted = {asked, *(one["id"] for one in drawn)}
        assert crowd.wait(lambda: wanted <= {one["id"] for one in answered()}, PATIENCE_S)

        first = answered()[-1]
        shown = call("GET", first["picture"].removeprefix("/api/v1/"))
        assert shown.content[:2] == b"\xff\xd8"
        assert {one["screen_id"] for one in answered()} <= {one.public_id for one in screens}
        assert {one["meant"][0]["name"] for one in answered()} == {"国家反诈"}
        judged = call("POST", f"spot-checks/{first['id']}/verdict", {"verdict": "good"})
        assert (judged["why"], judged["verdict"], judged["counted"]) == ("random", "good", True)
        figures = call("GET", "spot-checks/statistic")
        assert figures["good"] == 1
        # What a server that was stopped had asked: settled by the next one.
        assert stored(world, cut_off).state == "no_answer"
        assert figures["unanswered"] >= 1
        assert figures["waiting"] >= 2
        crowd.end()
