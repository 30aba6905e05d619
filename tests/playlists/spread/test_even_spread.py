"""How plays are spread: the measures, and what the search never does."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.search.polish import polish
from playlists.search.prices import REPEAT
from playlists.search.problem import Effort, problem_of
from playlists.search.rows import Row
from playlists.spread.measures import Measures, Showing, dwell_reach, gaps, measure, repeats
from playlists.spread.parting import part_repeats
from playlists.spread.phases import calm_phases, place
from playlists.spread.spacing import spread

BRIEF = Effort(seeds=(3, 4), epochs=2, moves=150, heat=REPEAT)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    return [
        Row(
            plays=draw(st.integers(1, 12)),
            durations_ms=tuple(
                1000 * length
                for length in draw(st.lists(st.integers(1, 60), min_size=1, max_size=3))
            ),
            campaign=draw(st.integers(-1, 2)),
            counted=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 8)))
    ]


def expected_tokens(asked: list[Row]) -> Counter[tuple[int, int]]:
    return Counter(
        (index, k % len(row.durations_ms))
        for index, row in enumerate(asked)
        for k in range(row.plays)
    )


@pytest.mark.long
@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(rows())
def test_spreading_loses_and_invents_no_play(asked: list[Row]) -> None:
    start = [(row, turn) for _, row, turn in place(asked, calm_phases(asked))]

    assert Counter(start) == expected_tokens(asked)
    assert sorted(polish(problem_of(asked, start), BRIEF)) == list(range(len(start)))
    assert Counter(spread(asked, quick=True)) == expected_tokens(asked)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(rows())
def test_the_search_gives_the_same_order_twice(asked: list[Row]) -> None:
    start = [(row, turn) for _, row, turn in place(asked, calm_phases(asked))]

    assert polish(problem_of(asked, start), BRIEF) == polish(problem_of(asked, start), BRIEF)


@settings(max_examples=100)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.randoms())
def test_an_item_follows_itself_only_if_it_has_more_than_half(
    counts: list[int], chance: Random
) -> None:
    order = [(row, 0) for row, n in enumerate(counts) for _ in range(n)]
    chance.shuffle(order)
    asked = [Row(n, (1000,)) for n in counts]

    parted = part_repeats(asked, order)

    assert Counter(parted) == Counter(order)
    assert repeats([str(row) for row, _ in parted]) == max(0, 2 * max(counts) - sum(counts))


def test_equal_items_are_spread_perfectly_even() -> None:
    order = spread([Row(6, (10_000,)) for _ in range(10)])

    assert _measured(order, 10_000).worst_gap_ratio == 1.0
    assert _measured(order, 10_000).pooled_cv == 0.0


def test_a_frequent_item_among_rare_long_ones_stays_even() -> None:
    asked = [Row(24, (15_000,)), *(Row(2, (60_000,)) for _ in range(20))]

    order = spread(asked)

    starts, at = [], 0
    for row, _ in order:
        if row == 0:
            starts.append(at)
        at += asked[row].durations_ms[0]
    assert max(gaps(starts, at)) * 24 / at < 1.35


def test_worked_measures() -> None:
    # a at 0, 10 and 40 of 60 s: gaps 20, 10, 30 against an ideal of 20; b once; filler between
    slots = [
        Showing("a", "k", 0),
        Showing("a", "k", 10_000),
        Showing("f", None, 20_000),
        Showing("b", "k", 30_000),
        Showing("a", "k", 40_000),
        Showing("f", None, 50_000),
    ]

    found = measure(slots, 60_000)

    assert found.worst_gap_ratio == 1.5
    assert found.worst_campaign_gap_ratio == pytest.approx(20 / 15)
    assert found.pooled_cv == pytest.approx((0.5 / 4) ** 0.5)
    assert found.back_to_back == 1
    assert found.dwell_reach[60] == 1.0


def test_dwell_reach_is_the_share_of_people_who_see_a_start() -> None:
    assert dwell_reach([0, 10_000], 60_000, 20) == pytest.approx((10 + 20) / 60)


def test_filler_alone_has_nothing_to_measure() -> None:
    found = measure([Showing("f", None, 0)], 10_000)

    assert (found.worst_gap_ratio, found.pooled_cv, found.back_to_back) == (None, None, 1)
    assert found.dwell_reach == {60: 0.0, 120: 0.0, 600: 0.0}


def _measured(order: list[tuple[int, int]], length_ms: int) -> Measures:
    showings = [
        Showing(str(row), str(row), index * length_ms) for index, (row, _) in enumerate(order)
    ]
    return measure(showings, len(order) * length_ms)


def mixed_hour(seed: int) -> list[Row]:
    """An hour as offices make them: 20 to 40 items, alone or in campaigns of equal shares."""
    chance = Random(seed)
    asked: list[Row] = []
    for campaign in range(14):
        plays = chance.choice([2, 3, 4, 5, 6, 8, 10, 12])
        for _ in range(chance.choice([1, 1, 2, 3])):
            seconds = chance.choice([5, 10, 15, 20, 30])
            asked.append(Row(plays, (seconds * 1000,), campaign))
    return asked


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_hour_of_many_items_is_spread_as_evenly_as_docs_algorithms_state(seed: int) -> None:
    asked = mixed_hour(seed)

    found = _measured_rows(asked, spread(asked))

    assert found.worst_gap_ratio is not None
    assert found.worst_gap_ratio <= 1.3
    assert found.pooled_cv is not None
    assert found.pooled_cv <= 0.1
    assert found.back_to_back == 0


def test_the_first_good_answer_is_already_better_than_sorting_by_hand() -> None:
    asked = mixed_hour(1)

    quick = _measured_rows(asked, spread(asked, quick=True))

    assert quick.worst_gap_ratio is not None
    assert quick.worst_gap_ratio <= 1.6


def _measured_rows(asked: list[Row], order: list[tuple[int, int]]) -> Measures:
    showings, at_ms = [], 0
    for row, turn in order:
        showings.append(Showing(str(row), f"k{asked[row].campaign}", at_ms))
        at_ms += asked[row].durations_ms[turn]
    return measure(showings, at_ms)
