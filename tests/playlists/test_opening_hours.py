"""Opening hours and day parts: wall-clock rules in a zone, as stretches of UTC."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.errors import InvalidRequest
from playlists.windows import (
    DayCalendar,
    DayPart,
    clip,
    clock_range,
    clock_ranges,
    date_span,
    daypart_spans,
    full_hour_before,
    intersect,
    opening_spans,
    total_ms,
    union,
    weekly_hours,
)
from tests.support.factories.orders_and_plans import HOUR, at, venue

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)


def test_shanghai_opens_at_eight_by_its_own_clock() -> None:
    place = venue()

    spans = opening_spans(place, at(place, MONDAY), at(place, TUESDAY))

    assert spans == [(_utc(2026, 3, 2, 0), _utc(2026, 3, 2, 12))]


def test_hours_past_midnight_belong_to_the_day_they_begin_on() -> None:
    place = venue(("18:00", "02:00"), closed=frozenset({TUESDAY}))

    spans = opening_spans(place, at(place, TUESDAY), at(place, TUESDAY + timedelta(days=1)))

    assert spans == [(at(place, TUESDAY), at(place, TUESDAY, "02:00"))]


def test_a_day_may_end_at_24_00() -> None:
    place = venue(("00:00", "24:00"))

    spans = opening_spans(place, at(place, MONDAY), at(place, MONDAY + timedelta(days=3)))

    assert total_ms(spans) == 72 * HOUR
    assert len(spans) == 1


def test_extra_hours_are_added_on_a_closed_day_too() -> None:
    extra = {MONDAY: clock_ranges([["09:00", "10:00"]], "/extra_hours")}
    place = venue(closed=frozenset({MONDAY}), extra=extra)

    spans = opening_spans(place, at(place, MONDAY), at(place, TUESDAY))

    assert spans == [(at(place, MONDAY, "09:00"), at(place, MONDAY, "10:00"))]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_on_which_clocks_change_has_as_many_hours_as_it_has(day: date, hours: int) -> None:
    place = venue(("00:00", "24:00"), timezone="Europe/Berlin")

    spans = opening_spans(place, at(place, day), at(place, day + timedelta(days=1)))

    assert total_ms(spans) == hours * HOUR


def test_closing_time_holds_on_the_day_the_clocks_change() -> None:
    place = venue(("01:00", "08:00"), timezone="Europe/Berlin")

    spans = opening_spans(place, at(place, date(2026, 3, 29)), at(place, date(2026, 3, 30)))

    assert spans == [(_utc(2026, 3, 29, 0), _utc(2026, 3, 29, 6))]


def test_full_hours_are_those_of_the_local_clock() -> None:
    delhi = venue(timezone="Asia/Kolkata").zone()

    assert full_hour_before(delhi, _utc(2026, 3, 2, 4)) == _utc(2026, 3, 2, 3) + HOUR // 2


def test_a_campaigns_last_day_counts_in_full() -> None:
    place = venue()

    span = date_span(place.zone(), MONDAY, TUESDAY)

    assert span == (at(place, MONDAY), at(place, TUESDAY + timedelta(days=1)))


def test_no_day_parts_mean_all_of_the_time() -> None:
    assert daypart_spans((), venue(), 10, 20) == [(10, 20)]


def test_a_day_part_runs_on_its_weekdays() -> None:
    place = venue()
    part = DayPart(frozenset({1}), clock_range("10:00", "12:00"))

    spans = daypart_spans([part], place, at(place, MONDAY), at(place, MONDAY + timedelta(days=8)))

    assert spans == [
        (at(place, day, "10:00"), at(place, day, "12:00"))
        for day in (MONDAY, MONDAY + timedelta(days=7))
    ]


@pytest.mark.parametrize(
    ("calendar", "runs"),
    [
        ("all", {"ordinary Friday", "holiday on a Thursday"}),
        ("workdays", {"ordinary Friday", "make-up Saturday"}),
        ("holidays", {"holiday on a Thursday"}),
    ],
)
def test_a_day_part_can_follow_the_calendar(calendar: str, runs: set[str]) -> None:
    days = {
        "ordinary Friday": date(2026, 9, 25),
        "holiday on a Thursday": date(2026, 10, 1),
        "make-up Saturday": date(2026, 10, 10),
        "ordinary Saturday": date(2026, 9, 26),
    }
    made_up = DayCalendar(
        frozenset({days["holiday on a Thursday"]}), frozenset({days["make-up Saturday"]})
    )
    part = DayPart(frozenset({1, 2, 3, 4, 5}), clock_range("08:00", "20:00"), calendar)

    assert {name for name, day in days.items() if part.begins_on(day, made_up)} == runs


@pytest.mark.parametrize(
    ("begin", "end", "pointer"),
    [
        ("8:00", "20:00", "/0"),
        ("08:00", "25:00", "/1"),
        ("08:00", "24:01", "/1"),
        ("24:00", "08:00", "/0"),
        ("08:00", "08:00", ""),
        ("08:60", "09:00", "/0"),
    ],
)
def test_times_that_make_no_sense_are_named(begin: str, end: str, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        clock_range(begin, end)

    assert caught.value.pointer == pointer


def test_days_are_numbered_from_one_to_seven() -> None:
    with pytest.raises(InvalidRequest, match="/hours/0: days are 1"):
        weekly_hours({"0": [["08:00", "20:00"]]})


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


@pytest.mark.slow
@settings(max_examples=100)
@given(SPANS, SPANS)
def test_spans_are_the_sets_of_their_instants(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    one, other = union(left), union(right)

    assert _instants(one) == _instants(left)
    assert _instants(intersect(one, other)) == _instants(left) & _instants(right)
    assert _instants(clip(one, 10, 30)) == _instants(left) & set(range(10, 30))
    assert total_ms(one) == len(_instants(left))
    assert all(a[1] < b[0] for a, b in pairwise(one))


def _instants(spans: list[tuple[int, int]]) -> set[int]:
    return {instant for low, high in spans for instant in range(low, high)}


def _utc(year: int, month: int, day: int, hour: int) -> int:
    return round(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1000
