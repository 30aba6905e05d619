"""How often becomes plays per hour."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.demand.orders import Boost
from playlists.demand.targets import (
    factor_at,
    hourly_frequency,
    hours_in_turn,
    paced_rate,
    unreachable_plays,
)
from playlists.errors import InvalidRequest
from tests.support.factories.orders_and_plans import HOUR, order


@pytest.mark.parametrize(
    ("kind", "value", "plays"),
    [
        ("plays_per_hour", 12, 12),
        ("plays_per_hour", 2.5, 3),
        ("plays_per_day", 120, 10),
        ("plays_per_day", 121, 11),
        ("share_of_voice", 0.1, 24),
        ("share_of_voice", 0.101, 25),
        ("longest_wait_s", 600, 8),
        ("longest_wait_s", 300, 15),
    ],
)
def test_plays_an_hour_in_twelve_opening_hours(kind: str, value: Any, plays: int) -> None:
    assert hourly_frequency(order("k", kind, value), 12 * HOUR).plays == plays


def test_a_longest_wait_is_kept_for_the_loop_to_check() -> None:
    hourly = hourly_frequency(order("k", "longest_wait_s", 300), 12 * HOUR, Fraction(2))

    # a wait of 150 s at most, started a fifth denser: 3600 / 125 = 28.8
    assert (hourly.plays, hourly.max_gap_ms) == (29, 150_000)


def test_a_boost_multiplies_the_target_but_not_the_floor() -> None:
    hourly = hourly_frequency(order("k", value=10, floor=4), 12 * HOUR, Fraction(3, 2))

    assert (hourly.plays, hourly.floor) == (15, 4)


def test_a_floor_above_the_target_raises_it() -> None:
    assert hourly_frequency(order("k", value=10, floor=12), 12 * HOUR).plays == 12


def test_a_boost_stops_at_the_shortest_gap() -> None:
    hourly = hourly_frequency(order("k", value=40, min_gap_s=60), 12 * HOUR, Fraction(3))

    assert hourly.plays == 60


def test_a_share_counts_the_assets_in_turn() -> None:
    mixed = order("k", "share_of_voice", Fraction(1, 10), assets={"a": 15, "b": 30})

    # a tenth of an hour is 360 s: eight rounds of 45 s
    assert hourly_frequency(mixed, 12 * HOUR).plays == 16


def test_boosts_hold_between_their_instants_and_multiply() -> None:
    boosted = order("k", boosts=(Boost(1.5, 100, 300), Boost(2, 200, 400)))

    assert [factor_at(boosted.boosts, at) for at in (99, 100, 200, 299, 300, 399, 400)] == [
        1,
        Fraction(3, 2),
        3,
        3,
        2,
        2,
        1,
    ]


@pytest.mark.parametrize(
    ("kind", "value", "pointer"),
    [
        ("total_plays", 1000, "/target/kind"),
        ("filler", None, "/target/kind"),
        ("often", 3, "/target/kind"),
        ("plays_per_hour", 0, "/target/value"),
        ("plays_per_hour", None, "/target/value"),
        ("share_of_voice", 1.1, "/target/value"),
    ],
)
def test_an_order_without_a_frequency_is_named(kind: str, value: Any, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        hourly_frequency(order("k", kind, value), 12 * HOUR)

    assert caught.value.pointer == pointer


def test_a_pace_is_rounded_up_for_the_fullest_hour_and_may_be_nothing() -> None:
    assert hourly_frequency(order("k", "pace", 2.25), 12 * HOUR).plays == 3
    assert hourly_frequency(order("k", "pace", 2.25), 12 * HOUR, Fraction(2)).plays == 5
    assert hourly_frequency(order("k", "pace", 0), 12 * HOUR).plays == 0
    assert hourly_frequency(order("k", "pace", 0, floor=2), 12 * HOUR).plays == 2
    assert hourly_frequency(order("k", "pace", 90, min_gap_s=60), 12 * HOUR).plays == 60


@pytest.mark.slow
@given(st.fractions(0, 40, max_denominator=60), st.integers(1, 24), st.integers(730_000, 740_000))
def test_hours_in_turn_hold_the_plays_of_their_rate(rate: Fraction, hours: int, day: int) -> None:
    plays = hours_in_turn([rate] * hours, day)

    assert abs(sum(plays) - rate * hours) < 1
    assert all(abs(one - rate) < 1 for one in plays)


@pytest.mark.slow
@given(st.integers(1, 120), st.integers(700_000, 760_000))
def test_less_than_a_play_a_day_comes_true_over_days(days_each: int, first: int) -> None:
    rate = Fraction(1, 12 * days_each)

    plays = [sum(hours_in_turn([rate] * 12, first + day)) for day in range(10 * days_each)]

    assert abs(sum(plays) - 10) <= 2


@settings(max_examples=100)
@given(st.integers(1, 2_000), st.integers(1, 1_440))
def test_a_days_plays_are_never_rounded_away(plays: int, minutes: int) -> None:
    hourly = hourly_frequency(order("k", "plays_per_day", plays), minutes * 60_000)

    assert hourly.plays * minutes >= plays * 60
    assert (hourly.plays - 1) * minutes < plays * 60


def test_a_total_on_pace_goes_on_at_its_rate() -> None:
    assert paced_rate(1_200, 100 * HOUR, nominal=12) == 12


def test_a_total_that_is_behind_is_raised_by_half_at_most() -> None:
    assert paced_rate(1_500, 100 * HOUR, nominal=12) == 15
    assert paced_rate(5_000, 100 * HOUR, nominal=12) == 18
    assert paced_rate(5_000, 100 * HOUR, nominal=12, share_cap=16) == 16
    assert unreachable_plays(5_000, 100 * HOUR, Fraction(16)) == 3_400


def test_a_total_that_is_reached_keeps_its_floor() -> None:
    assert paced_rate(0, 100 * HOUR, nominal=12, floor=2) == 2
    assert paced_rate(10, 0, nominal=12, floor=2) == 2
