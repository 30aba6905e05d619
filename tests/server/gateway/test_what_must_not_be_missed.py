"""Notices of other workers may be lost; important changes are polled by each worker."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from server.accounts.audit_log.record import record
from server.foundation.workers.relay import Relay
from server.gateway.connection.boot_check import RULE_OUT
from server.gateway.connection.presence import Link
from server.gateway.connection.socket_sender import Players
from server.gateway.workers.relay_events import RelayEvents
from server.gateway.workers.shared_presence import SharedPresence
from server.inventory.enrolment.credentials import ScreenIdentity
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.service import decide_boot
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.reporting.spot_checks import live_of


@dataclass
class Deaf:
    """A double of the relay that receives nothing."""

    is_whole: bool = True
    name: str = "w1"

    def listen(self, _kind: str, _handler: object) -> None:
        """Never calls it."""

    def answer(self, _kind: str, _answerer: object) -> None:
        """Nobody asks."""


@dataclass
class Closed:
    """A double of the sockets, with those that were closed."""

    sids: list[str] = field(default_factory=list)

    def close(self, sid: str) -> None:
        """End one."""
        self.sids.append(sid)


@dataclass
class Worker:
    """A worker that holds sockets and receives nothing from the others."""

    world: World
    ended: Closed = field(default_factory=Closed)

    def __post_init__(self) -> None:
        relay = cast("Relay", Deaf())
        self.presence = SharedPresence(relay)
        self.afar = RelayEvents(
            self.world.core,
            relay,
            live_of(self.world),
            self.presence,
            self.world.app.extensions["anping.hints"],
            cast("Players", self.ended),
        )
        self.afar.tie()

    def holds(self, screen: BoundScreen, boot: str) -> None:
        """A socket of the screen is here from now on."""
        identity, now_ms = ScreenIdentity(screen.id, screen.venue_id), self.world.clock.now_ms()
        self.presence.join(Link(f"{boot}-of-{screen.id}", identity, boot, now_ms))

    def polls(self) -> list[str]:
        """At the databases; the sockets that it has ended so far."""
        self.world.clock.forward(5_000)
        self.afar.check()
        return self.ended.sids


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    for boot in ("copy", "own"):
        body = {"boot": boot, "lost": [[1, 2, "storage_full"]]}
        world.visitor().post("/api/v1/player/plays", json=body, headers=made.headers)
    return made


@pytest.fixture
def officer(world: World) -> Person:
    return sign_in(world, "publicity")


def rule_out(officer: Person, screen: BoundScreen, boot: str) -> int:
    """At another worker; its answer."""
    address = f"/api/v1/screens/{screen.public_id}/boots/{boot}/rule-out"
    return officer.client.post(address).status_code


def test_a_boot_that_was_ruled_out_elsewhere_loses_its_socket(
    world: World, screen: BoundScreen, officer: Person
) -> None:
    worker = Worker(world)
    for boot in ("copy", "own"):
        worker.holds(screen, boot)
    worker.holds(make_screen(world), "copy")

    assert worker.polls() == []
    assert rule_out(officer, screen, "copy") == 204
    assert worker.polls() == [f"copy-of-{screen.id}"]


def test_a_noted_change_is_waited_for(world: World, screen: BoundScreen) -> None:
    worker = Worker(world)
    worker.holds(screen, "copy")
    with world.core.config.write() as session:
        record(session, world.clock.now_ms(), None, RULE_OUT, screen.public_id, boot="copy")

    assert worker.polls() == []
    decide_boot(playback_of(world.app), screen.id, "copy", genuine=False)
    assert worker.polls() == [f"copy-of-{screen.id}"]


def test_a_credential_that_became_void_elsewhere_ends_its_sockets(
    world: World, screen: BoundScreen
) -> None:
    worker, admin = Worker(world), sign_in(world, "admin")
    worker.holds(screen, "own")
    worker.holds(make_screen(world), "own")

    assert worker.polls() == []
    admin.client.post(f"/api/v1/screens/{screen.public_id}/revoke")
    assert worker.polls() == [f"own-of-{screen.id}"]
