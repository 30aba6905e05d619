"""The progress of a total, and the rate to go on at."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.demand.pacing import GoalStatus, pace, share_cap
from tests.support.factories.orders_and_plans import HOUR


def progress(**changes: Any) -> GoalStatus:
    """Half-way: 600 of 1,200 plays at 10 an hour, 60 hours left."""
    values: dict[str, Any] = {
        "total": 1_200,
        "confirmed": 600,
        "awaited": 0,
        "due": Fraction(600),
        "open_ms": 60 * HOUR,
        "nominal": Fraction(10),
    }
    return GoalStatus(**{**values, **changes})


@pytest.mark.parametrize(
    ("confirmed", "state"),
    [(569, "behind"), (570, "on_pace"), (600, "on_pace"), (630, "on_pace"), (631, "ahead")],
)
def test_within_a_twentieth_of_the_plays_due_it_is_on_pace(confirmed: int, state: str) -> None:
    assert pace(progress(confirmed=confirmed)).state == state


def test_before_anything_is_due_it_is_on_pace() -> None:
    found = pace(progress(confirmed=0, due=Fraction(0), open_ms=120 * HOUR))

    assert (found.state, found.progress, found.rate) == ("on_pace", None, 10)


def test_awaited_plays_count_as_confirmed() -> None:
    found = pace(progress(confirmed=500, awaited=100))

    assert (found.state, found.rate) == ("on_pace", 10)


def test_a_shortfall_is_spread_over_all_the_hours_that_are_left() -> None:
    assert pace(progress(confirmed=450)).rate == Fraction(750, 60)


def test_at_risk_is_what_the_most_cant_reach_and_no_less() -> None:
    just = pace(progress(confirmed=300))
    lost = pace(progress(confirmed=299))

    assert (just.rate, just.unreachable, just.state) == (15, 0, "behind")
    assert (lost.rate, lost.unreachable, lost.state) == (15, 1, "at_risk")


def test_the_room_in_the_loops_limits_it_too() -> None:
    found = pace(progress(confirmed=450, cap=Fraction(12)))

    assert (found.rate, found.most, found.unreachable) == (12, 12, 750 - 720)


def test_a_total_that_is_reached_goes_down_to_its_floor() -> None:
    assert pace(progress(confirmed=1_300, spare=5)).rate == 0
    assert pace(progress(confirmed=1_300, floor=2.0)).rate == 2


def test_on_the_last_day_spare_plays_are_planned_on_top() -> None:
    assert pace(progress(open_ms=60 * HOUR, spare=30)).rate == Fraction(630, 60)


def test_when_its_time_is_over_missing_plays_are_lost() -> None:
    found = pace(progress(confirmed=1_150, due=Fraction(1_200), open_ms=0))

    assert (found.unreachable, found.state, found.rate) == (50, "at_risk", 0)


def test_the_room_is_a_share_of_the_hour_and_ends_at_the_shortest_gap() -> None:
    assert share_cap(0.75, 15_000) == 180
    assert share_cap(0.75, 15_000, min_gap_s=60) == 60


@pytest.mark.slow
@given(
    st.integers(0, 2_000),
    st.integers(0, 2_000),
    st.integers(0, 200),
    st.fractions(Fraction(1, 10), 60),
    st.sampled_from([0.0, 1.0, 4.0]),
)
def test_the_rate_is_never_below_the_floor_nor_above_the_most(
    confirmed: int, awaited: int, hours: int, nominal: Fraction, floor: float
) -> None:
    given_ = progress(
        confirmed=confirmed, awaited=awaited, open_ms=hours * HOUR, nominal=nominal, floor=floor
    )

    found = pace(given_)

    assert floor <= found.rate <= found.most
    assert found.most == max(Fraction(floor), nominal * Fraction(3, 2))
    reached = found.most * hours
    assert found.unreachable == max(0, given_.remaining - int(reached))
