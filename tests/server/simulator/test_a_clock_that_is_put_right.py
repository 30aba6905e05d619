"""A clock that is moved gently never has a picture that is over shown once more."""

from dataclasses import dataclass

import pytest

from server.simulator.player import due
from server.simulator.player.clock import Clock
from server.simulator.player.disk import Disk
from server.simulator.player.playlog import PlayLog
from server.simulator.player.stage import Stage
from tests.support.app.clock import START_MS
from tests.support.plays.plays import make_programme

PROGRAMME = make_programme(START_MS)
PLAN = due.Plan(PROGRAMME.digest, PROGRAMME.plan.manifest)


@dataclass
class Hand:
    """A time that a test moves."""

    at_ms: float = 0.0

    def mono_ms(self) -> float:
        return self.at_ms

    def wall_ms(self) -> float:
        return START_MS + self.at_ms


def shown(offsets: list[tuple[float, float]], check_ms: float) -> list[int]:
    """The slots shown in 88 s, checked so often and at each boundary.

    `offsets` (ms) by the time when they arrive.
    """
    time, disk = Hand(), Disk()
    clock = Clock(time)
    clock.sample(0, {"t1": START_MS}, 0)
    log = PlayLog(disk, clock, "9f3c2a7be1d04c55")
    stage = Stage(clock, log)
    while time.at_ms < 88_000:
        while offsets and time.at_ms >= offsets[0][0]:
            _, off_ms = offsets.pop(0)
            clock.sample(time.at_ms, {"t1": START_MS + time.at_ms + off_ms}, time.at_ms)
        time.at_ms += min(check_ms, max(1.0, stage.advance(due.Situation(PLAN))))
    return [play.slot for play in log.boot.plays]


@pytest.mark.slow
@pytest.mark.parametrize("check_ms", [1, 7.3, 100, 3_000])
def test_a_slewing_clock_shows_each_slot_once(check_ms: float) -> None:
    ahead_and_back = [(9_000.0, 300.0), (20_000.0, -150.0), (50_000.0, 200.0)]

    assert shown(ahead_and_back, check_ms) == [0, 1, 2, 3, 0, 1, 2]


def test_a_clock_that_steps_back_shows_the_content_due_again() -> None:
    assert shown([(12_000.0, -5_000.0)], 100) == [0, 1, 0, 1, 2, 3, 0, 1]
