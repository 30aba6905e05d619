"""A served office with a crowd of virtual players before it, in real time."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import gevent
import requests

from server.accounts.auth.request_identity import COOKIE
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.fleet.machine import Machine
from server.simulator.fleet.script import Episode
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.shelf import Shelf
from server.simulator.wire.links import NetLink
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.people import Person, as_read
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.processes.web_worker import WebWorker

SLOT_S = 1.5
SCREENS = 3


@dataclass
class Hall:
    """Its server, its people, and its screens with the players that live on them."""

    worker: WebWorker
    office: Office
    screens: list[BoundScreen]
    crowd: Crowd

    def box(self, place: int) -> Box:
        """One screen's."""
        return self.crowd.boxes[str(place)]

    def see(self, happens: Callable[[], bool], within_s: float = 15.0) -> None:
        """Let them live until it happens."""
        assert self.crowd.wait(happens, within_s)

    def post(self, person: Person, path: str, **body: Any) -> Any:
        """What a person does at the server, while the crowd lives on."""
        cookie = person.client.get_cookie(COOKIE)
        assert cookie is not None
        headers = {
            "X-CSRF-Token": str(person.client.environ_base["HTTP_X_CSRF_TOKEN"]),
            "Origin": self.worker.base,
            "Cookie": f"{COOKIE}={cookie.value}",
            **as_read(person, path),
        }

        def send() -> requests.Response:
            url = f"{self.worker.base}/api/v1/{path}"
            return requests.post(url, json=body, headers=headers, timeout=15)

        answer = gevent.get_hub().threadpool.apply(send)
        assert answer.status_code < 300, answer.text
        return answer.json()


def furnish_hall(world: World) -> tuple[Office, list[BoundScreen]]:
    """Two pictures in turn on three screens; it is now."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    office = open_office(world)
    screens = [make_screen(world) for _ in range(SCREENS)]
    items = [{"asset_id": f"a_{make_asset(world)}", "duration_s": SLOT_S} for _ in range(2)]
    playlist = office.post(office.publicity, "/playlists", name="短片", items=items)["id"]
    office.publish(playlist_id=playlist, target={"kind": "filler"})
    run_jobs(world.core)
    return office, screens


@contextmanager
def living(
    world: World, office: Office, screens: list[BoundScreen], worker: WebWorker, base: str = ""
) -> Iterator[Hall]:
    """The players, which come by `base` (another than the server's own: something between)."""
    shelf = Shelf()
    boxes = [box_of(world, one, base or worker.base, shelf) for one in screens]
    crowd = Crowd({str(place): box for place, box in enumerate(boxes)})
    crowd.begin(0.3)
    yield Hall(worker, office, screens, crowd)
    crowd.end()


def box_of(world: World, screen: BoundScreen, base: str, shelf: Shelf, *script: Episode) -> Box:
    """A box that was bound before."""
    machine, cable = Machine(lambda: time.time_ns() / 1e6), NetLink(base)
    keys = cast("list[dict[str, Any]]", world.core.signer.public_keys())
    fittings = Fittings(cable, machine, shelf, random.Random(screen.id))
    disk = Disk(Credential(screen.token, screen.public_id, keys))
    return Box(disk, machine, cable, fittings, script)


def acked(box: Box) -> int:
    """How many plays of its newest log the server holds."""
    return max((boot.acked for boot in box.disk.boots), default=0)
