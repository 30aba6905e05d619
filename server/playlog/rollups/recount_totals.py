"""The recomputed contents of a day's roll-up tables."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from server.playlog.rollups.expected_by_day import Stretch
from server.playlog.rollups.recount_runs import Shown
from server.playlog.store.placements import Placements
from server.playlog.store.rollup_deltas import (
    FIGURES,
    KEYS,
    Item,
    Ledger,
    RollupKey,
    add_figures,
    rows_of,
)

EXPECTED = FIGURES.index("expected")
CONFIRMED = FIGURES.index("confirmed")
SHOWN = FIGURES.index("shown_ms")
Figures = dict[RollupKey, list[int]]


class _Where(NamedTuple):
    day: int
    placement: int
    cell: int


class Totals:
    """Sums by table and key."""

    def __init__(self) -> None:
        self.tables: Mapping[str, Figures] = {table: {} for table in KEYS}

    def add_ledger(self, ledger: Ledger) -> None:
        """Add the changes of a ledger."""
        for table, rows in rows_of([ledger]).items():
            size = len(KEYS[table])
            for row in rows:
                add_figures(self.tables[table], row[:size], row[size:])

    def add_runs(self, runs: Iterable[Shown], items: Mapping[int, Item]) -> None:
        """Add plays that all count."""
        places: dict[_Where, dict[int, list[int]]] = {}
        for run in runs:
            spot = run.spot
            campaigns: dict[int, list[int]] = {}
            where = _Where(spot.day, spot.placement, spot.cell)
            place = places.setdefault(where, {})
            for number, plays, ms in run.by_item():
                _count(campaigns, items[number][1], plays, ms)
                _count(place, number, plays, ms)
            for campaign, (plays, ms) in campaigns.items():
                self._confirm("rollup_hour", (spot.day, spot.hour, campaign, spot.cell), plays, ms)
        for where, place in places.items():
            self._add_place(where, place, items)

    def add_expected(self, day: int, found: Iterable[Stretch], placements: Placements) -> None:
        """Add expected plays of a day, each stretch at the screen's placement of that time."""
        for one in found:
            placement = placements.at(one.from_ms)
            cell = placement.cell
            for hour, campaign, plays in one.hours:
                self._of("rollup_hour", (day, hour, campaign, cell))[EXPECTED] += plays
            for campaign, plays in one.campaigns:
                self._of("rollup_screen", (day, placement.id, campaign))[EXPECTED] += plays
                self._of("rollup_day", (day, campaign, 0, cell))[EXPECTED] += plays

    def _add_place(
        self, where: _Where, place: Mapping[int, list[int]], items: Mapping[int, Item]
    ) -> None:
        campaigns: dict[int, list[int]] = {}
        for number, (plays, ms) in place.items():
            campaign = items[number][1]
            _count(campaigns, campaign, plays, ms)
            self._confirm("rollup_day", (where.day, campaign, number, where.cell), plays, ms)
        for campaign, (plays, ms) in campaigns.items():
            self._confirm("rollup_screen", (where.day, where.placement, campaign), plays, ms)

    def _confirm(self, table: str, key: RollupKey, plays: int, shown_ms: int) -> None:
        figures = self._of(table, key)
        figures[CONFIRMED] += plays
        figures[SHOWN] += shown_ms

    def _of(self, table: str, key: RollupKey) -> list[int]:
        figures = self.tables[table].get(key)
        if figures is None:
            figures = self.tables[table][key] = [0] * len(FIGURES)
        return figures


def _count(sums: dict[int, list[int]], key: int, plays: int, shown_ms: int) -> None:
    found = sums.get(key)
    if found is None:
        sums[key] = [plays, shown_ms]
    else:
        found[0] += plays
        found[1] += shown_ms
