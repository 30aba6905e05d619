"""Open time of measured days by the plans of the time, held against a walk over every minute."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.foundation.civil_time import Civil
from server.reporting.uplift.opening_time import OpenLine, OpenTime
from tests.support.app.clock import MINUTE_MS, START_MS

CIVIL = Civil(ZoneInfo("Asia/Shanghai"))
FIRST = CIVIL.day_of(START_MS)
DAYS = range(FIRST, FIRST + 5)
MINUTES = range(-2_000, 9_000)
"""Around the days, from the clock's begin on."""
SPANS = st.lists(
    st.tuples(st.sampled_from(MINUTES), st.integers(1, 2_000)).map(lambda one: (one[0], sum(one))),
    max_size=8,
)
ASKED = st.tuples(
    st.integers(0, 2 ** len(DAYS) - 1), st.sampled_from(MINUTES), st.sampled_from(MINUTES)
)


def at(minute: int) -> int:
    return START_MS + minute * MINUTE_MS


def walked(spans: Sequence[tuple[int, int]], bits: int, low: int, high: int) -> int:
    """Minute by minute."""
    is_open = {minute for start, end in spans for minute in range(start, end)}
    wanted = {day for number, day in enumerate(DAYS) if bits >> number & 1}
    counted = (one for one in range(low, high) if one in is_open)
    return sum(CIVIL.day_of(at(one)) in wanted for one in counted) * MINUTE_MS


@pytest.mark.slow
@given(SPANS, st.lists(ASKED, max_size=3))
def test_open_time_is_that_of_each_measured_day_within_the_bounds(
    spans: list[tuple[int, int]], asked: list[tuple[int, int, int]]
) -> None:
    line = OpenLine((at(start), at(end)) for start, end in spans)
    open_time = OpenTime({1: line}, CIVIL, DAYS)

    for bits, low, high in asked:
        assert open_time.within(1, bits, at(low), at(high)) == walked(spans, bits, low, high)


@pytest.mark.slow
@given(SPANS, st.sampled_from(MINUTES), st.sampled_from(MINUTES))
def test_a_part_of_a_line_is_as_long_as_the_line_is_there(
    spans: list[tuple[int, int]], low: int, high: int
) -> None:
    line = OpenLine((at(start), at(end)) for start, end in spans)

    part = list(line.within(at(low), at(high)))

    assert sum(end - start for start, end in part) == line.between(at(low), at(high))
    assert all(at(low) <= start < end <= at(high) for start, end in part)


def test_a_screen_without_a_plan_has_none() -> None:
    assert OpenTime({}, CIVIL, DAYS).within(1, 31, 0, 2**53) == 0
