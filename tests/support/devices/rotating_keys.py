"""Screens that live before a web worker while their server's signing key is changed."""

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select, update

from server.foundation.crypto.signing import Signer, load_or_make_signer, public_jwk, read_private
from server.foundation.public_ids import number
from server.inventory.screens.models import ScreenToken
from server.operations.supervisor.listening_socket import open_door
from server.publishing.assignments.outbox import knock
from server.publishing.assignments.signing_keys import signing_key_path
from server.publishing.models import Assignment, HandOver
from server.publishing.queries import newest
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.player.shelf import Shelf
from tests.support.app.cleanup import at_end
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.devices.hall import box_of
from tests.support.factories.assets import make_asset
from tests.support.factories.assignment_receipts import of_newest
from tests.support.patience import PATIENCE_S
from tests.support.processes.cli import run
from tests.support.processes.web_worker import WebWorker, web_worker

TO_A_VENUE = 10
BEGIN_S = 240.0
CHECK_INTERVAL_S = 0.1


@dataclass
class Turnout:
    """Screens with a plan; the last `away` of them are switched off when the key is changed."""

    world: World
    office: Office
    boxes: list[Box]
    away: int
    door: socket.socket
    crowds: list[Crowd] = field(default_factory=list)

    @property
    def here(self) -> list[Box]:
        """Those that stay online."""
        return self.boxes[: -self.away]

    @property
    def gone(self) -> list[Box]:
        """Those that are switched off meanwhile."""
        return self.boxes[-self.away :]

    def switch_on(self, boxes: Sequence[Box]) -> Crowd:
        """Let boxes live from now on."""
        crowd = Crowd({box.disk.credential.screen: box for box in boxes if box.disk.credential})
        crowd.begin(len(boxes) / 100)
        self.crowds.append(crowd)
        return crowd

    @contextmanager
    def served(self) -> Iterator[WebWorker]:
        """A web worker behind the door; who knocks before it is there waits a while."""
        with web_worker(self.world, self.door) as worker:
            yield worker

    def see(self, happens: Callable[[], bool], within_s: float = PATIENCE_S) -> float:
        """Let them live until it happens; the seconds that took."""
        began_s = time.monotonic()
        with gevent.Timeout(within_s, AssertionError(f"never in {within_s:g} s: {happens}")):
            while not happens():
                gevent.sleep(CHECK_INTERVAL_S)
        return time.monotonic() - began_s

    def rotate(self, *words: str) -> None:
        """The operator's command. Screens of this process are paused for its length."""
        done = run(self.world, "keys", "rotate", *words)
        assert done.returncode == 0, done.stderr
        assert f"{len(self.boxes)} screens" in done.stdout
        self.take_new_key()

    def take_new_key(self) -> None:
        """This process signs with the key that is there now."""
        path = signing_key_path(self.world.core.settings)
        object.__setattr__(self.world.core, "signer", load_or_make_signer(path))

    def deliver_all(self) -> None:
        """As if each had been online: it got its plan and accepted it."""
        for box in self.boxes:
            credential = box.disk.credential
            assert credential is not None
            with self.world.core.config.read() as session:
                row = newest(session, number("screen", credential.screen))
            assert row is not None
            box.disk.accepted = row.text

    def now(self) -> Office:
        """The people, at the time that it is."""
        self.world.clock.at_ms = time.time_ns() // 1_000_000
        return self.office

    def tokens(self) -> int:
        """How often a player was bound to a screen."""
        with self.world.core.config.read() as session:
            return session.scalar(select(func.count(ScreenToken.id))) or 0

    def waiting(self) -> int:
        """Hand-overs that no screen has taken yet."""
        with self.world.core.config.read() as session:
            return session.scalar(select(func.count()).select_from(HandOver)) or 0

    def answers(self) -> dict[tuple[str, str | None], int]:
        """How the screens answered their newest order, with the reasons."""
        with self.world.core.config.read() as session:
            receipts = [receipt for _, receipt in session.execute(of_newest())]
            return dict(Counter((one.state, one.reason) for one in receipts))


def turnout(world: World, screens: int, away: int) -> Turnout:
    """A venue for every ten screens; two pictures that fill their time."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    office = open_office(world)
    venues = [make_venue(world) for _ in range(-(-screens // TO_A_VENUE))]
    bound = [make_screen(world, venue=venues[n // TO_A_VENUE]) for n in range(screens)]
    items = [{"asset_id": f"a_{make_asset(world)}", "duration_s": 15} for _ in range(2)]
    playlist = office.post(office.publicity, "/playlists", name="短片", items=items)["id"]
    office.publish(playlist_id=playlist, target={"kind": "filler"})
    run_jobs(world.core)
    door, shelf = open_door("127.0.0.1:0"), Shelf(shared=True)
    at_end(door.close)
    boxes = [box_of(world, one, base_of(door), shelf) for one in bound]
    return Turnout(world, office, boxes, away, door)


def base_of(door: socket.socket) -> str:
    """The address by which players come."""
    return f"http://127.0.0.1:{door.getsockname()[1]}"


def again(world: World, boxes: Sequence[Box], door: socket.socket) -> list[Box]:
    """The same boxes, switched on again: only their disks are kept."""
    shelf = Shelf(shared=True)
    made = []
    for box in boxes:
        credential = box.disk.credential
        assert credential is not None
        screen = BoundScreen(number("screen", credential.screen), 0, credential.token, "")
        fresh = box_of(world, screen, base_of(door), shelf)
        fresh.disk = box.disk
        made.append(fresh)
    return made


def trusts(box: Box) -> list[str]:
    """The ids of the keys that a box has pinned."""
    assert box.disk.credential is not None
    return [key["kid"] for key in box.disk.credential.keys]


def order_of(box: Box) -> dict[str, Any]:
    """The last assignment that a box accepted."""
    read: dict[str, Any] = json.loads(box.disk.accepted or "{}")
    return read


@dataclass(frozen=True)
class Forger:
    """Somebody with a key, who calls it `kid`."""

    key: ec.EllipticCurvePrivateKey
    kid: str

    @classmethod
    def stranger(cls, kid: str = "") -> "Forger":
        """With a key that nobody has pinned."""
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, kid or Signer(key).kid)

    @classmethod
    def thief(cls, pem: bytes, folder: Path) -> "Forger":
        """With a copy of the server's key, taken before it was changed."""
        path = folder / "stolen.pem"
        path.write_bytes(pem)
        key = read_private(path)
        return cls(key, Signer(key).kid)

    def order(self, text: str, version: int) -> dict[str, Any]:
        """An order that would bring a screen this key alone."""
        keys = [public_jwk(self.key.public_key())]
        assignment = json.dumps({**json.loads(text), "version": version, "keys": keys})
        return {"text": assignment, "kid": self.kid, "signature": Signer(self.key).sign(assignment)}


def forge(world: World, forgers: Sequence[Forger]) -> None:
    """Have the server carry forged orders to all of its screens, by each of these in turn."""
    with world.core.config.write() as session:
        serial = 1 + (session.scalar(select(func.max(Assignment.serial))) or 0)
        rows = session.execute(select(Assignment.screen_id, Assignment.version, Assignment.text))
        forgeries = []
        for place, (screen_id, version, text) in enumerate(rows.all()):
            forged = forgers[place % len(forgers)].order(text, version + 1)
            forgeries.append(
                {"screen_id": screen_id, "version": version + 1, "serial": serial, **forged}
            )
        session.execute(update(Assignment), forgeries)
    knock(world.core.settings.data)
