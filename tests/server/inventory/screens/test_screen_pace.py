"""What one screen asks is spaced out: a burst at once, then a steady rate; others don't wait."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from server.foundation.errors import TooMany, Unauthorized
from server.inventory.enrolment import screen_pace
from server.inventory.enrolment.credentials import void_tokens
from server.inventory.enrolment.screen_pace import (
    BURST,
    CONNECT,
    KEY,
    LONGEST_S,
    RATE,
    REQUEST,
    ScreenPace,
)
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import in_batches, make_programme


@dataclass
class Paced:
    """A pace at a halted clock; `waits`: the pauses of requests, s."""

    world: World
    then: Callable[[], None] = lambda: None
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = ScreenPace(clock=lambda: 0.0, pause=self._pause)

    def _pause(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.then()

    def asks(self, screen: BoundScreen, times: int = 1, units: float = REQUEST) -> None:
        """So many requests of the screen, each answered."""
        for _ in range(times):
            found = self.pace.authenticate(self.world.core, screen.token, units)
            assert found.screen_id == screen.id


@pytest.fixture(autouse=True)
def _on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing else runs, nobody waits."""
    monkeypatch.setattr(screen_pace, "is_on_the_loop", lambda: True)


def test_a_burst_is_answered_at_once_and_the_rest_at_the_rate(world: World) -> None:
    paced, screen = Paced(world), make_screen(world)

    paced.asks(screen, int(BURST))
    assert paced.waits == []

    paced.asks(screen, 3)
    assert paced.waits == [pytest.approx(number / RATE) for number in (1, 2, 3)]


def test_connects_may_come_more_often_than_requests(world: World) -> None:
    paced, screen = Paced(world), make_screen(world)

    paced.asks(screen, round(BURST / CONNECT), CONNECT)
    assert not any(paced.waits)

    paced.asks(screen, 2, CONNECT)
    assert paced.waits[-2:] == [pytest.approx(number * CONNECT / RATE) for number in (1, 2)]


def test_a_neighbour_of_a_screen_that_floods_waits_for_nothing(world: World) -> None:
    paced, flooding, neighbour = Paced(world), make_screen(world), make_screen(world)
    paced.asks(flooding, int(BURST) + 1)
    before = list(paced.waits)

    paced.asks(neighbour, 10)

    assert paced.waits == before


def test_what_has_no_turn_in_time_is_refused_late(world: World) -> None:
    paced, screen = Paced(world), make_screen(world)
    paced.asks(screen, int(BURST + RATE * LONGEST_S))

    with pytest.raises(TooMany) as refused:
        paced.asks(screen)

    assert refused.value.retry_after_s == LONGEST_S
    assert paced.waits[-1] == LONGEST_S


def test_a_screen_that_is_revoked_while_it_waits_is_refused(world: World) -> None:
    screen = make_screen(world)

    def revoke() -> None:
        with world.core.config.write() as session:
            void_tokens(session, world.clock.now_ms(), screen.id)

    paced = Paced(world, then=revoke)
    paced.asks(screen, int(BURST))

    with pytest.raises(Unauthorized):
        paced.asks(screen)


def test_plays_are_handed_in_as_fast_as_they_are_taken_and_misuse_is_paced(world: World) -> None:
    paced, screen, programme = Paced(world), make_screen(world), make_programme(START_MS)
    world.app.extensions[KEY] = paced.pace
    put_on_air(world, screen, programme, START_MS)
    world.clock.forward(HOUR_MS)
    slots = programme.slots(START_MS, START_MS + HOUR_MS)

    for batch in in_batches(programme, slots[: 2 * int(BURST)], 1):
        assert hand_in(world, screen, batch).status_code == 200
    assert paced.waits == []

    for _ in range(int(BURST) + 1):
        assert hand_in(world, screen, b"{").status_code == 400
    assert paced.waits == [pytest.approx(1 / RATE)]
