"""A plan that came before clocks were compared is on air since when it really was."""

import json

import pytest

from server.simulator.fleet.script import Episode
from server.simulator.player.clock import Kept
from server.simulator.player.player import Player
from server.simulator.wire.inside import inside
from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Answer, NoNetwork
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.world import World
from tests.support.devices.virtual_screens import VirtualScreen, virtual_screen
from tests.support.factories.assets import make_asset

pytestmark = pytest.mark.slow

CLOCK, ORDERS = "/api/v1/player/clock", "/api/v1/player/assignment"
SOON_MS, LATE_MS = 1_000, 30_000


class LateClock(PostLink):
    """Leaves questions for the time unanswered at first."""

    def __init__(self, served: PostLink) -> None:
        super().__init__(self._answer)
        self._served = served
        self.answers = False

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        if path == CLOCK and not self.answers:
            raise NoNetwork
        return self._served.serve(method, path, body, headers)


@pytest.fixture
def bound(world: World) -> BoundScreen:
    made = make_screen(world)
    open_office(world).publish(make_asset(world), target={"kind": "filler"})
    run_jobs(world.core)
    return made


def with_wrong_wall(world: World, bound: BoundScreen, wrong_ms: int) -> VirtualScreen:
    """A screen that never ran, and guesses its first time by a clock that is ahead."""
    ahead = Episode("clock", world.clock.now_ms(), amount=wrong_ms)
    made = virtual_screen(world, bound, [ahead])
    made.box.cable = made.box.fittings.link = LateClock(inside(world.app))
    return made


def switch_on(screen: VirtualScreen) -> Player:
    """It has an order and its plan before it has the time, as from a socket."""
    screen.box.step()
    player = screen.box.player
    assert player is not None
    order = screen.box.cable.serve("GET", ORDERS, None, screen.bound.headers)
    assert player.obey(json.loads(order.body))["state"] == "accepted"
    screen.live(1)
    return player


def reported_at(screen: VirtualScreen) -> int:
    """The instant reported to the server once clocks are compared."""
    link, player = screen.box.cable, screen.box.player
    assert isinstance(link, LateClock)
    assert player is not None
    link.answers = True
    screen.live(2 * LATE_MS)
    reported = player.disk.on_air_since
    assert reported is not None
    return int(reported["at"])


@pytest.mark.parametrize(
    ("wrong_ms", "after_ms", "off_ms"),
    [
        pytest.param(1_500, SOON_MS, 0, id="it would be still to come"),
        pytest.param(1_500, LATE_MS, 1_500, id="a small step leaves a boundary of slots"),
        pytest.param(HOUR_MS, LATE_MS, 0, id="an hour is no small step"),
    ],
)
def test_a_switch_by_a_guessed_time_is_reported_by_the_compared_one(
    world: World, bound: BoundScreen, wrong_ms: int, after_ms: int, off_ms: int
) -> None:
    screen = with_wrong_wall(world, bound, wrong_ms)
    began_ms = world.clock.now_ms()
    player = switch_on(screen)
    assert player.disk.switched is not None
    assert player.disk.switched["at"] == pytest.approx(began_ms + wrong_ms, abs=2)

    if after_ms > SOON_MS:
        screen.live(after_ms)
        assert player.disk.switched is not None, "it was told before clocks were compared"
    assert reported_at(screen) == pytest.approx(began_ms + off_ms, abs=2)


def test_a_switch_by_a_time_that_was_kept_stays_as_its_plays_do(
    world: World, bound: BoundScreen
) -> None:
    screen = with_wrong_wall(world, bound, HOUR_MS)
    began_ms = world.clock.now_ms()
    screen.box.disk.clock = Kept(LATE_MS - HOUR_MS, began_ms, uncertainty_ms=5)
    switch_on(screen)
    screen.live(2 * LATE_MS)

    assert reported_at(screen) == pytest.approx(began_ms + LATE_MS, abs=2)
