"""Plays before and since add up in any partition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.reporting.uplift.measured_days import Measured, Publicity
from server.reporting.uplift.rates import Change, Sum, added_up, change

PLACEMENTS = st.integers(1, 5)
SHOWN = st.dictionaries(
    PLACEMENTS, st.builds(Measured, st.integers(0, 99), st.integers(1, 15)), max_size=5
)
PLACES = st.tuples(st.integers(1, 6), st.integers(1, 3))
SUMS = st.dictionaries(
    PLACES,
    st.builds(Sum, st.integers(0, 99), st.integers(0, 99), st.sampled_from([0, 1, 7])),
    max_size=8,
)


@pytest.mark.slow
@given(SHOWN, SHOWN, st.integers(1, 6), PLACEMENTS)
def test_closed_days_and_today_are_put_together(
    closed: dict[int, Measured], today: dict[int, Measured], days: int, placement: int
) -> None:
    found = Publicity(closed, (days, today)).of(placement)

    one, other = closed.get(placement), today.get(placement)
    if one is None and other is None:
        assert found is None
        return
    plays, bits = one or (0, 0)
    more, later = other or (0, 0)
    assert found == Measured(plays + more, bits | later << days)


@pytest.mark.slow
@given(SHOWN, PLACEMENTS)
def test_closed_days_alone_are_as_they_are(closed: dict[int, Measured], placement: int) -> None:
    assert Publicity(closed).of(placement) is closed.get(placement)
    assert Publicity().of(placement) is None


@pytest.mark.slow
@given(SUMS, SUMS)
def test_the_change_over_all_is_that_of_each_kind_added_up(
    before: dict[tuple[int, int], Sum], since: dict[tuple[int, int], Sum]
) -> None:
    def of_kind(sums: dict[tuple[int, int], Sum], kind: int) -> dict[tuple[int, int], Sum]:
        return {place: one for place, one in sums.items() if place[1] == kind}

    kinds = [change(of_kind(before, kind), of_kind(since, kind)) for kind in (1, 2, 3)]

    assert added_up(kinds) == change(before, since)


def test_without_a_place_nothing_has_changed() -> None:
    assert added_up([]) == change({}, {}) == Change()


def test_a_screen_that_was_never_open_is_not_compared() -> None:
    place, closed = (1, 1), Sum(plays=3, own=3)

    found = change({place: Sum(plays=2, open_ms=5)}, {place: closed})

    assert (found.before.screens, found.everywhere.screens, found.own.plays) == (0, 0, 0)
