"""Gaps from start to start, held against a walk over every minute of a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.windows import union
from server.reporting.screen_hours.gaps import Start, gaps_between, summed
from tests.support.app.clock import HOUR_MS, MINUTE_MS

DAY = 24 * 60
# A day of two opening hours and a break: minutes since midnight.
MINUTES = st.integers(0, DAY - 1)
DELAYS = st.integers(-2_000, 2_000)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """Opening hours in minutes, and plays: the minute of the slot, how late it began in ms."""
    edges = draw(st.lists(st.integers(0, DAY), min_size=2, max_size=8, unique=True).map(sorted))
    spans = [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=False)]
    return spans, draw(st.dictionaries(MINUTES, DELAYS, max_size=40))


def walked(spans: list[tuple[int, int]], plays: dict[int, int]) -> list[int]:
    """Minute by minute: the time since the last play, reset whenever it is closed."""
    found: list[int] = []
    last: int | None = None
    for minute in range(DAY):
        if not any(low <= minute < high for low, high in spans):
            last = None
        elif minute in plays:
            at_ms = minute * MINUTE_MS + plays[minute]
            if last is not None:
                found.append(at_ms - last)
            last = at_ms
    return found


@pytest.mark.slow
@given(days())
def test_gaps_are_what_a_walk_over_every_minute_finds(
    day: tuple[list[tuple[int, int]], dict[int, int]],
) -> None:
    spans, plays = day
    starts = [Start(one * MINUTE_MS + late, one * MINUTE_MS) for one, late in plays.items()]
    open_spans = union((low * MINUTE_MS, high * MINUTE_MS) for low, high in spans)

    gaps = list(gaps_between(starts, open_spans))
    expected = walked(spans, plays)

    assert [gap.ms for gap in gaps] == expected
    together = summed(gaps)
    assert together.worst_ms == max(expected, default=None)
    assert together.average_ms == (round(sum(expected) / len(expected)) if expected else None)


def test_the_worked_example_of_the_algorithm_page() -> None:
    """docs/algorithms/gaps.md: 09:00-12:00 and 14:00-18:00, plays at five times."""
    at = [9 * 60, 9 * 60 + 20, 11 * 60 + 50, 14 * 60 + 10, 14 * 60 + 40]
    starts = [Start(minute * MINUTE_MS, minute * MINUTE_MS) for minute in at]
    open_spans = [(9 * HOUR_MS, 12 * HOUR_MS), (14 * HOUR_MS, 18 * HOUR_MS)]

    together = summed(gaps_between(starts, open_spans))

    assert (together.count, together.worst_ms) == (3, 150 * MINUTE_MS)
    assert together.average_ms == round(200 * MINUTE_MS / 3)


def test_of_one_play_there_is_no_gap() -> None:
    assert summed(gaps_between([Start(0, 0)], [(0, HOUR_MS)])).average_ms is None
