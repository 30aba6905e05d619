"""Plans where days, months, years and offsets end: 12 plays an hour, counted by the clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from playlists.demand.orders import CampaignOrder
from playlists.plan.screen_plan import build_plan, to_manifest
from playlists.windows import DayCalendar, DayPart, VenueHours, clock_range, clock_ranges
from playlists.wire.compliance import expected_plays
from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from tests.support.factories.orders_and_plans import (
    HOUR,
    at,
    digest,
    media,
    order,
    own_filler,
    quick_loop,
    venue,
)

DAY = timedelta(days=1)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
ALL_WEEK = frozenset(range(1, 8))
ALWAYS = ("00:00", "24:00")


def planned(
    orders: Sequence[CampaignOrder], place: VenueHours, first: date, last: date
) -> Manifest:
    """The plan of whole local days, `last` among them."""
    everything = [*orders, own_filler()]
    made = build_plan(everything, place, at(place, first), at(place, last + DAY), quick_loop)
    return to_manifest(made, media(*everything), digest("0"), place.timezone)


def plays_on(manifest: Manifest, place: VenueHours, day: date, campaign: str = "k") -> int:
    return expected_plays(manifest, at(place, day), at(place, day + DAY)).get(campaign, 0)


def utc(text: str) -> int:
    """An instant such as 2026-03-29T22:00, in ms."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("hours", "clock", "before", "from_then_on"),
    [
        (("20:00", "02:00"), "20:00", "off", "playing"),
        (("20:00", "02:00"), "24:00", "playing", "playing"),
        (("20:00", "02:00"), "26:00", "playing", "off"),
        (("20:00", "24:00"), "20:00", "off", "playing"),
        (("20:00", "24:00"), "24:00", "playing", "off"),
        (("00:00", "24:00"), "24:00", "playing", "playing"),
        (("00:00", "00:30"), "24:30", "playing", "off"),
    ],
)
def test_the_millisecond_at_which_it_opens_and_closes_around_midnight(
    hours: tuple[str, str], clock: str, before: str, from_then_on: str
) -> None:
    place = venue(hours)
    manifest = planned([order("k")], place, MONDAY, MONDAY + 2 * DAY)

    instant = at(place, MONDAY, clock)

    assert seat(manifest, instant - 1).state == before
    assert seat(manifest, instant).state == from_then_on


@pytest.mark.parametrize(
    ("ranges", "plays"),
    [
        # Monday's first two hours are Sunday's range
        ([("20:00", "02:00")], 6 * 12),
        ([("20:00", "24:00")], 4 * 12),
        ([("20:00", "24:00"), ("00:00", "02:00")], 6 * 12),
        ([("22:00", "21:00")], 23 * 12),
    ],
)
def test_plays_of_a_calendar_day_whose_hours_pass_midnight(
    ranges: list[tuple[str, str]], plays: int
) -> None:
    place = venue(*ranges)
    manifest = planned([order("k")], place, MONDAY, TUESDAY)

    assert [plays_on(manifest, place, day) for day in (MONDAY, TUESDAY)] == [plays, plays]


def test_no_loop_is_cut_at_midnight_where_the_venue_stays_open() -> None:
    place = venue(("20:00", "02:00"))
    manifest = planned([order("k")], place, MONDAY, TUESDAY)

    open_ms = [(s.from_ms, s.until_ms) for s in manifest.segments if s.loop is not None]

    assert (at(place, MONDAY, "20:00"), at(place, TUESDAY, "02:00")) in open_ms


@pytest.mark.parametrize(
    ("last", "zone"),
    [
        (date(2026, 2, 28), "Asia/Shanghai"),
        (date(2028, 2, 29), "Asia/Shanghai"),
        (date(2026, 4, 30), "Asia/Shanghai"),
        (date(2026, 12, 31), "Asia/Shanghai"),
        (date(2026, 12, 31), "America/New_York"),
        (date(2026, 3, 29), "Europe/Berlin"),
    ],
)
def test_a_campaign_ends_with_its_last_day_also_where_a_month_or_year_does(
    last: date, zone: str
) -> None:
    place = venue(("08:00", "20:00"), timezone=zone)
    manifest = planned([order("k", ends_on=last)], place, last - DAY, last + DAY)

    plays = [plays_on(manifest, place, last + days * DAY) for days in (-1, 0, 1)]

    assert plays == [144, 144, 0]


@pytest.mark.parametrize(
    ("zone", "last", "until"),
    [
        ("Asia/Shanghai", date(2026, 12, 31), "2026-12-31T16:00"),
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T22:00"),
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T23:00"),
        ("America/New_York", date(2026, 3, 8), "2026-03-09T04:00"),
        ("America/New_York", date(2026, 11, 1), "2026-11-02T05:00"),
    ],
)
def test_the_instant_of_an_end_is_midnight_by_the_venues_own_clock(
    zone: str, last: date, until: str
) -> None:
    place = venue(ALWAYS, timezone=zone)
    manifest = planned([order("k", ends_on=last)], place, last, last + DAY)

    begin, end = at(place, last), utc(until)

    assert expected_plays(manifest, begin, end)["k"] == (end - begin) // HOUR * 12
    assert "k" not in expected_plays(manifest, end - 1, at(place, last + 2 * DAY))


def test_a_last_day_ends_at_midnight_though_the_venue_stays_open() -> None:
    place = venue(("20:00", "02:00"))
    manifest = planned([order("k", ends_on=MONDAY)], place, MONDAY, TUESDAY)

    assert plays_on(manifest, place, MONDAY) == 72
    assert plays_on(manifest, place, TUESDAY) == 0
    assert seat(manifest, at(place, TUESDAY, "01:00")).campaign == "f_1"


def test_a_closed_day_keeps_what_began_on_the_day_before() -> None:
    place = venue(("20:00", "02:00"), closed=frozenset({TUESDAY}))
    manifest = planned([order("k")], place, MONDAY, TUESDAY + DAY)

    # Tuesday has Monday's two hours, and Wednesday none of Tuesday's
    plays = [plays_on(manifest, place, MONDAY + days * DAY) for days in range(3)]
    assert plays == [72, 24, 48]


def test_new_years_eve_with_extra_hours_plays_into_the_new_year() -> None:
    eve = date(2026, 12, 31)
    extra = {eve: clock_ranges([["21:00", "01:00"]], "/extra_hours")}
    place = venue(("08:00", "20:00"), extra=extra, closed=frozenset({eve + DAY}))
    manifest = planned([order("k")], place, eve, eve + DAY)

    assert plays_on(manifest, place, eve) == (12 + 3) * 12
    assert plays_on(manifest, place, eve + DAY) == 12
    midnight = at(place, eve + DAY)
    assert expected_plays(manifest, midnight - HOUR, midnight + HOUR)["k"] == 24


CALENDAR = DayCalendar(
    holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}),
    workdays=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("day", "at_work", "on_holidays", "any_day"),
    [
        (date(2026, 9, 30), 24, 0, 12),  # Wednesday
        (date(2026, 10, 1), 0, 36, 12),  # a holiday on a Thursday
        (date(2026, 10, 3), 0, 36, 12),  # an ordinary Saturday
        (date(2026, 10, 10), 24, 0, 12),  # a Saturday that is worked
        (date(2026, 10, 12), 24, 0, 12),  # Monday
    ],
)
def test_day_parts_follow_holidays_and_make_up_workdays(
    day: date, at_work: int, on_holidays: int, any_day: int
) -> None:
    place = venue(calendar=CALENDAR)
    weekdays = frozenset({1, 2, 3, 4, 5})
    work = DayPart(weekdays, clock_range("10:00", "12:00"), "workdays")
    free = DayPart(ALL_WEEK, clock_range("14:00", "17:00"), "holidays")
    daily = DayPart(ALL_WEEK, clock_range("18:00", "19:00"))
    orders = [
        order("w", dayparts=(work,), assets={"a": 15}),
        order("h", dayparts=(free,), assets={"b": 15}),
        order("d", dayparts=(daily,), assets={"c": 15}),
    ]

    manifest = planned(orders, place, day, day)

    assert [plays_on(manifest, place, day, name) for name in "whd"] == [
        at_work,
        on_holidays,
        any_day,
    ]


def test_a_day_part_past_midnight_goes_on_into_a_holiday_but_does_not_begin_on_it() -> None:
    place = venue(ALWAYS, calendar=CALENDAR)
    late = DayPart(frozenset({1, 2, 3, 4, 5}), clock_range("22:00", "01:00"), "workdays")
    eve, holiday = date(2026, 9, 30), date(2026, 10, 1)

    manifest = planned([order("k", dayparts=(late,))], place, eve, holiday + DAY)

    # Tuesday's last hour and two of its own; then one; then nothing
    assert [plays_on(manifest, place, eve + days * DAY) for days in range(3)] == [36, 12, 0]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Asia/Shanghai", date(2026, 3, 29), 24),
    ],
)
def test_a_day_on_which_the_clocks_change_has_plays_for_the_hours_it_has(
    zone: str, day: date, hours: int
) -> None:
    place = venue(ALWAYS, timezone=zone)
    manifest = planned([order("k")], place, day - DAY, day + DAY)

    assert [plays_on(manifest, place, day + n * DAY) for n in (-1, 0, 1)] == [
        288,
        hours * 12,
        288,
    ]
    begin = at(place, day)
    in_each = {
        expected_plays(manifest, begin + n * HOUR, begin + (n + 1) * HOUR)["k"]
        for n in range(hours)
    }
    assert in_each == {12}


@pytest.mark.parametrize(
    ("zone", "day", "open_hours"),
    [
        ("America/New_York", date(2026, 3, 8), 3),
        ("America/New_York", date(2026, 11, 1), 5),
        ("Europe/Berlin", date(2026, 3, 29), 3),
        ("Europe/Berlin", date(2026, 10, 25), 5),
        ("Europe/Berlin", date(2026, 6, 1), 4),
    ],
)
def test_hours_around_the_change_of_clocks_are_as_long_as_they_are(
    zone: str, day: date, open_hours: int
) -> None:
    place = venue(("01:00", "05:00"), timezone=zone)
    manifest = planned([order("k")], place, day, day)

    assert plays_on(manifest, place, day) == open_hours * 12


@pytest.mark.parametrize(
    ("day", "per_hour", "hours"),
    [(date(2026, 3, 29), 11, 23), (date(2026, 6, 1), 10, 24), (date(2026, 10, 25), 10, 25)],
)
def test_plays_a_day_are_shared_out_over_the_hours_that_the_day_has(
    day: date, per_hour: int, hours: int
) -> None:
    place = venue(ALWAYS, timezone="Europe/Berlin")
    manifest = planned([order("k", "plays_per_day", 240)], place, day, day)

    # 240 / 23 is 10.4 and 240 / 25 is 9.6: rounded up, so that the day never falls short
    assert plays_on(manifest, place, day) == per_hour * hours
