"""Sums that are cached are those of the roll-ups as they are, and a change costs its days."""

from collections.abc import Mapping, Sequence
from copy import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.playlog.ingest.flask_extension import playback_of
from server.playlog.model.slot_states import Rank
from server.playlog.store.rollup_deltas import Ledger, RollupDimensions
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.placements_cache import Cell, Placed, places_of
from server.reporting.delivery.rollups import sums_cache
from server.reporting.delivery.rollups.rollup_sums import DaySet, Sum, SumQuery
from server.reporting.delivery.rollups.sums_cache import MOST_APART, SumsCache
from server.reporting.delivery.selection import Grouping, Limits, Selection
from tests.support.app.world import World

FIRST, LENGTH = 740_000, 20
SPOTS = {number: Placed(number, number, 1, 0) for number in (1, 2, 3)}
PLACES = places_of({1: Cell(1, 1, "bank", 0)}, SPOTS)
DAYS = st.integers(FIRST, FIRST + LENGTH - 1)
GROUPINGS: tuple[Grouping, ...] = ("screen", "day", "hour", "campaign", "unit")


def asked(group_by: Grouping = "screen") -> Selection:
    return Selection(FIRST, FIRST + LENGTH, group_by, Limits(), PLACES, PLACES.cells, PLACES.spots)


def play(world: World, day: int, placement: int = 1) -> None:
    """One more confirmed play of a day in the roll-ups."""
    ledger = Ledger()
    where = RollupDimensions(day, 9, placement, 1)
    ledger.add_state(where, (1, 1), Rank.CONFIRMED, 15_000, 1)

    def book(tx: Tx) -> None:
        tx.book(ledger)
        tx.keep()

    playback_of(world.app).committer.submit(book)


def found_by(
    sums: SumsCache, world: World, group_by: Grouping = "screen"
) -> Mapping[Where, Figures]:
    with snapshot(world.core.plays) as tx:
        return added(sums.of(tx, asked(group_by)))


def added(rows: Sequence[Sum]) -> Mapping[Where, Figures]:
    groups: dict[Where, Figures] = {}
    for where, figures in rows:
        if where in groups:
            groups[where].add(figures)
        else:
            groups[where] = copy(figures)
    return groups


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    st.lists(
        st.tuples(st.lists(DAYS, max_size=12), st.sampled_from(GROUPINGS)), min_size=1, max_size=12
    )
)
def test_they_are_those_of_now_whatever_has_changed(
    world: World, steps: list[tuple[list[int], Grouping]]
) -> None:
    remembered = SumsCache()
    for days, group_by in steps:
        for day in days:
            play(world, day, 1 + day % len(SPOTS))
        assert found_by(remembered, world, group_by) == found_by(SumsCache(), world, group_by)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[DaySet]:
    """The days that are added up in the store, for each statement."""
    read: list[DaySet] = []
    added_up = SumQuery.added_up

    def noted(query: SumQuery, *about: object) -> list[Sum]:
        read.extend(one for one in about if isinstance(one, DaySet))
        return added_up(query, *about)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(SumQuery, "added_up", noted)
    return read


def test_without_a_change_nothing_is_added_up(world: World, read: list[DaySet]) -> None:
    sums = SumsCache()
    play(world, FIRST)
    first = found_by(sums, world)
    read.clear()

    assert found_by(sums, world) == first
    assert read == []


def test_while_plays_of_two_days_come_in_only_those_are_added_up(
    world: World, read: list[DaySet]
) -> None:
    sums, two = SumsCache(), (FIRST + 3, FIRST + 19)
    for day in range(FIRST, FIRST + LENGTH):
        play(world, day)
    for _ in range(2):
        found_by(sums, world)
        for day in two:
            play(world, day)
    read.clear()

    found = found_by(sums, world)

    assert read == [DaySet(frozenset(two))]
    assert sum(figures.confirmed for figures in found.values()) == LENGTH + 4


def test_screens_that_fill_the_cache_twice_are_kept_by_part(
    world: World, read: list[DaySet], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All past days and today have a sum for each screen: each part is as long as may be kept."""
    monkeypatch.setattr(sums_cache, "MOST_SUMS", len(SPOTS))
    sums, today = SumsCache(), FIRST + LENGTH - 1
    for placement in SPOTS:
        play(world, FIRST, placement)
    for _ in range(2):
        found_by(sums, world)
        for placement in SPOTS:
            play(world, today, placement)
    read.clear()

    found = found_by(sums, world)

    assert read == [DaySet(frozenset({today}))]
    assert sum(figures.confirmed for figures in found.values()) == 3 * len(SPOTS)


def test_days_that_no_longer_change_join_the_others_once_many_do(
    world: World, read: list[DaySet]
) -> None:
    sums = SumsCache()
    for day in range(FIRST, FIRST + MOST_APART + 1):  # each changes once after the other
        found_by(sums, world)
        play(world, day)
    read.clear()

    found = found_by(sums, world)

    last = frozenset({FIRST + MOST_APART})
    assert read == [DaySet(last, included=False), DaySet(last)]
    assert sum(figures.confirmed for figures in found.values()) == MOST_APART + 1
