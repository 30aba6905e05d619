"""Who is on duty at an instant: the weekly plan, single dates, midnight, units above."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from server.monitoring.on_call.roster import Shift, covered_until, current_duties

ZONE = ZoneInfo("Asia/Shanghai")
DAY, NIGHT, WEEKEND = 1, 2, 3
WEEK = (
    Shift(1, DAY, (1, 2, 3, 4, 5), None, "08:30", "18:00"),
    Shift(1, NIGHT, (1, 2, 3, 4, 5), None, "18:00", "08:30"),
    Shift(1, WEEKEND, (6, 7), None, "00:00", "24:00"),
)


def on(text: str, *shifts: Shift) -> set[int]:
    at_ms = round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)
    return {one.user_id for one in current_duties(shifts or WEEK, at_ms, ZONE)}


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-11-24T08:29:59", {NIGHT}),
        ("2026-11-24T08:30", {DAY}),
        ("2026-11-24T17:59:59", {DAY}),
        ("2026-11-24T18:00", {NIGHT}),
        ("2026-11-25T00:00", {NIGHT}),
        ("2026-11-28T08:00", {NIGHT, WEEKEND}),
        ("2026-11-28T08:30", {WEEKEND}),
        ("2026-11-29T23:59:59", {WEEKEND}),
        ("2026-11-30T00:00", set()),
    ],
)
def test_a_shift_begins_and_ends_to_the_minute_and_goes_past_midnight(
    at: str, who: set[int]
) -> None:
    assert on(at) == who


def test_a_single_date_takes_the_place_of_that_days_plan_of_its_unit_alone() -> None:
    other = Shift(2, 9, (2,), None, "00:00", "24:00")
    instead = Shift(1, WEEKEND, (), date(2026, 11, 24), "08:30", "18:00")

    assert on("2026-11-24T10:00", *WEEK, other, instead) == {WEEKEND, 9}
    assert on("2026-11-24T20:00", *WEEK, other, instead) == {9}
    assert on("2026-11-24T03:00", *WEEK, other, instead) == {NIGHT, 9}
    assert on("2026-11-25T10:00", *WEEK, other, instead) == {DAY}


def test_a_person_with_two_shifts_in_a_row_is_listed_once_until_the_later_end() -> None:
    first = Shift(1, DAY, (2,), None, "08:00", "12:00")
    second = Shift(1, DAY, (2,), None, "11:00", "18:00")
    at_ms = round(datetime(2026, 11, 24, 11, 30, tzinfo=ZONE).timestamp() * 1000)

    (found,) = current_duties((first, second), at_ms, ZONE)

    assert found.until == datetime(2026, 11, 24, 18, 0)  # noqa: DTZ001 - the district's clock


@pytest.mark.parametrize(
    ("at", "shifts", "until"),
    [
        ("2026-11-24T09:00", WEEK, None),
        ("2026-11-24T09:00", WEEK[:1], "2026-11-24T18:00"),
        ("2026-11-24T18:00", WEEK[:1], None),
        ("2026-11-28T09:00", WEEK, None),
        ("2026-11-29T09:00", WEEK, "2026-11-30T00:00"),
    ],
)
def test_it_is_computed_until_when_somebody_is_on_duty_within_a_day(
    at: str, shifts: tuple[Shift, ...], until: str | None
) -> None:
    at_ms = round(datetime.fromisoformat(at).replace(tzinfo=ZONE).timestamp() * 1000)
    found = covered_until(shifts, at_ms, ZONE)

    assert found == (until and datetime.fromisoformat(until))
