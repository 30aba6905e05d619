"""The memory kept from one screen's day to the next doesn't grow from pass to pass."""

import tracemalloc

import pytest

from server.monitoring.availability.screen_day import DayInput, day_of
from server.monitoring.heartbeats.fact_reader import ContactRun

DAY_S = 86_400
OPEN = ((0, DAY_S),)
SCREENS, PASSES = 200, 8


def compute_all(as_of_s: int) -> None:
    """A pass over a fleet in which each screen had contact in its own seconds."""
    for screen in range(SCREENS):
        begun = (100 + screen, 20_000 + 7 * screen, 40_000)
        runs = tuple(ContactRun(at, at + 9_000, 0) for at in begun)
        evidence = ((begun[0], as_of_s - screen % 60),)
        day_of(
            DayInput(
                0, DAY_S, as_of_s, 90, OPEN, runs=runs, evidence=evidence, watermark_s=as_of_s - 30
            )
        )


@pytest.mark.slow
def test_days_computed_minute_by_minute_leave_less_than_two_megabytes() -> None:
    compute_all(50_000)
    tracemalloc.start()
    for minute in range(PASSES):
        compute_all(50_000 + 60 * minute)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert held < 2_000_000
