"""New keys over a socket: the hand-over first, and what comes after it as soon as it is taken."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from server.app import build_core
from server.foundation.crypto.signing import load_or_make_signer
from server.gateway.connection.presence import Link
from server.gateway.connection.push import Pump, send_pending
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import Live
from server.inventory.screens.service import authenticate
from server.publishing.assignments.key_rotation import LEAP, Request, rotate
from server.publishing.assignments.signing_keys import signing_key_path
from server.publishing.models import HandOver
from server.publishing.queries import Outgoing
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT
from tests.support.factories.manifests import assign

BRINGS, NEWS = LEAP + 2, LEAP + 3
"""The versions of the hand-over and of what comes after it."""


@dataclass
class Wires(Players):
    """Notes which versions went out, and keeps how to answer them."""

    sent: list[int] = field(default_factory=list)
    answer: dict[int, Callable[..., None]] = field(default_factory=dict)

    def assign(self, orders: Sequence[tuple[Outgoing, Link, Callable[..., None]]]) -> None:
        """As if to a socket."""
        for row, _, receipt in orders:
            self.sent.append(row.version)
            self.answer[row.version] = receipt

    def send(self, *_args: Any) -> None:
        """Manifests don't matter here."""


@dataclass
class Line:
    """A screen that had version 1 before the key was changed, and has a socket."""

    world: World
    live: Live
    link: Link
    wires: Wires

    def send_due(self) -> None:
        """What follows a handshake."""
        send_pending(self.world.core, self.live, self.wires, self.link)

    def waiting(self) -> list[int]:
        """The versions of hand-overs that the screen isn't known to have taken."""
        with self.world.core.config.read() as session:
            return list(session.scalars(select(HandOver.version)))


@pytest.fixture
def line(world: World) -> Iterator[Line]:
    screen: BoundScreen = make_screen(world)
    assign(world, screen.id, "first")
    settings, live = world.core.settings, world.app.extensions["anping.live"]
    rotate(settings, Request(), lambda it: build_core(it, world.clock))
    signer = load_or_make_signer(signing_key_path(settings))
    object.__setattr__(world.core, "signer", signer)
    assign(world, screen.id, "second")
    identity = authenticate(world.core, screen.token)
    link = Link("sid", identity, BOOT, world.clock.now_ms(), version=1)
    live.presence.join(link)
    yield Line(world, live, link, Wires())
    live.presence.leave("sid")


def test_the_newest_assignment_follows_the_receipt_of_the_hand_over(line: Line) -> None:
    line.send_due()
    assert line.wires.sent == [BRINGS]

    line.wires.answer[BRINGS]({"version": BRINGS, "state": "accepted"})

    assert line.wires.sent == [BRINGS, NEWS]


@pytest.mark.parametrize(
    "answer",
    [
        ({"version": BRINGS, "state": "refused", "reason": "bad_signature"},),
        ({"version": BRINGS, "state": "refused", "reason": "expired"},),
        ({"version": BRINGS, "state": "perhaps"},),
        (None,),
        (),
    ],
)
def test_a_hand_over_that_was_not_accepted_is_due_still(
    line: Line, answer: tuple[Any, ...]
) -> None:
    line.send_due()

    line.wires.answer[BRINGS](*answer)
    line.live.notebook.write(line.world.core)
    assert line.wires.sent == [BRINGS]
    assert line.waiting() == [BRINGS]

    line.send_due()
    line.wires.answer[BRINGS]({"version": BRINGS, "state": "accepted"})
    line.live.notebook.write(line.world.core)
    assert line.wires.sent == [BRINGS, BRINGS, NEWS]
    assert line.waiting() == []


def test_a_read_only_tick_sends_new_orders_and_keeps_the_receipts(line: Line) -> None:
    line.live.notebook.gathering = True
    pump = Pump(line.world.core, line.live, line.wires)

    pump.tick(writes=False)
    line.wires.answer[BRINGS]({"version": BRINGS, "state": "accepted"})
    pump.tick(writes=False)

    assert line.wires.sent[0] == BRINGS
    assert line.waiting() == [BRINGS]
    pump.tick()
    assert line.waiting() == []


def test_a_player_that_has_the_hand_over_is_sent_the_newest_assignment(line: Line) -> None:
    line.link.version = BRINGS

    line.send_due()

    assert line.wires.sent == [NEWS]


def test_news_to_a_screen_that_waits_come_as_a_hand_over_first(line: Line) -> None:
    pump = Pump(line.world.core, line.live, line.wires)

    pump.push_new()
    line.wires.answer[BRINGS]({"version": BRINGS, "state": "accepted"})
    line.wires.answer[NEWS]({"version": NEWS, "state": "accepted"})

    assert line.wires.sent == [BRINGS, NEWS]


def test_a_screen_that_changed_over_is_sent_news_at_once(line: Line) -> None:
    pump = Pump(line.world.core, line.live, line.wires)
    pump.push_new()
    line.wires.answer[BRINGS]({"version": BRINGS, "state": "accepted"})
    line.wires.answer[NEWS]({"version": NEWS, "state": "accepted"})

    assign(line.world, line.link.screen_id, "third")
    pump.push_new()

    assert line.wires.sent == [BRINGS, NEWS, NEWS + 1]
