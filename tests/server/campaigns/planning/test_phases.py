"""Campaigns cut into stretches of days: where an asset expires, where an hour ends them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns.planning.date_phases import Phase, phases

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 10)


def day(number: int) -> date:
    return date(2026, 12, number)


def days_of(found: list[Phase]) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(one.starts_on.day, one.ends_on.day, one.items) for one in found]


def test_without_expiry_it_stays_in_one_piece() -> None:
    assert days_of(phases((FIRST, LAST), (), [None, None])) == [(1, 10, (0, 1))]


def test_it_is_cut_after_the_last_day_of_each_item() -> None:
    found = phases((FIRST, LAST), (), [day(4), None, day(7), day(4)])

    assert days_of(found) == [(1, 4, (0, 1, 2, 3)), (5, 7, (1, 2)), (8, 10, (1,))]


def test_days_on_which_nothing_is_left_have_no_phase() -> None:
    assert days_of(phases((FIRST, LAST), (), [day(4)])) == [(1, 4, (0,))]
    assert phases((FIRST, LAST), (), [date(2026, 11, 30)]) == []


def test_an_item_that_lasts_to_the_end_or_longer_cuts_nothing() -> None:
    assert days_of(phases((FIRST, LAST), (), [LAST, date(2027, 1, 1)])) == [(1, 10, (0, 1))]


def test_an_end_within_a_day_makes_that_day_a_day_part() -> None:
    found = phases((FIRST, LAST), (), [None], datetime(2026, 12, 3, 15, 20, tzinfo=UTC))

    assert days_of(found) == [(1, 2, (0,)), (3, 3, (0,))]
    (part,) = found[1].dayparts
    assert (part.hours.from_min, part.hours.until_min, len(part.days)) == (0, 920, 7)


def test_an_end_at_midnight_leaves_whole_days() -> None:
    found = phases((FIRST, LAST), (), [None], datetime(2026, 12, 3, tzinfo=UTC))

    assert days_of(found) == [(1, 2, (0,))]


def test_an_end_on_the_first_day_or_after_the_last_one() -> None:
    early = phases((FIRST, LAST), (), [None], datetime(2026, 12, 1, 8, tzinfo=UTC))
    late = phases((FIRST, LAST), (), [None], datetime(2026, 12, 20, 8, tzinfo=UTC))
    over = phases((FIRST, LAST), (), [None], datetime(2026, 11, 20, 8, tzinfo=UTC))

    assert (days_of(early), days_of(late), over) == ([(1, 1, (0,))], [(1, 10, (0,))], [])


@pytest.mark.slow
@given(st.lists(st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 20)), max_size=5))
def test_each_item_is_shown_on_exactly_its_own_days(expiries: list[date | None]) -> None:
    found = phases((FIRST, LAST), (), expiries)

    for number in range(10):
        today = FIRST + timedelta(days=number)
        shown = [one.items for one in found if one.starts_on <= today <= one.ends_on]
        wanted = tuple(i for i, last in enumerate(expiries) if last is None or last >= today)
        assert shown == ([wanted] if wanted else [])
