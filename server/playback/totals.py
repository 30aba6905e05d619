"""What the roll-ups of a day should hold, added up anew: table by table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from server.playback.ledger import FIGURES, KEYS, Item, Ledger, RollupKey, Spot, rows_of
from server.playback.runs import Shown

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
        """Add what a ledger would write."""
        for table, rows in rows_of([ledger]).items():
            size = len(KEYS[table])
            for row in rows:
                _add(self.tables[table], row[:size], row[size:])

    def add_runs(self, runs: Iterable[Shown], items: Mapping[int, Item]) -> None:
        """Add plays that all count."""
        places: dict[_Where, dict[int, list[int]]] = {}
        for spot, numbers, shown_ms in _joined(runs):
            campaigns: dict[int, list[int]] = {}
            where = _Where(spot.day, spot.placement, spot.cell)
            place = places.setdefault(where, {})
            for number, (plays, ms) in _added_up(numbers, shown_ms).items():
                _count(campaigns, items[number][1], plays, ms)
                _count(place, number, plays, ms)
            for campaign, (plays, ms) in campaigns.items():
                self._confirm("rollup_hour", (spot.day, spot.hour, campaign, spot.cell), plays, ms)
        for where, place in places.items():
            self._add_place(where, place, items)

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
        figures = self.tables[table].get(key)
        if figures is None:
            figures = self.tables[table][key] = [0] * len(FIGURES)
        figures[CONFIRMED] += plays
        figures[SHOWN] += shown_ms


def _joined(runs: Iterable[Shown]) -> Iterable[tuple[Spot, list[int], list[int]]]:
    """Runs of a spot put together: what they are the sum of is added up once."""
    spots: dict[Spot, tuple[list[int], list[int]]] = {}
    for spot, numbers, shown_ms in runs:
        found = spots.get(spot)
        if found is None:
            spots[spot] = (list(numbers), list(shown_ms))
        else:
            found[0].extend(numbers)
            found[1].extend(shown_ms)
    return ((spot, *both) for spot, both in spots.items())


def _added_up(numbers: Sequence[int], shown_ms: Sequence[int]) -> dict[int, list[int]]:
    """By item how many plays, and for how long."""
    sums: dict[int, list[int]] = {}
    for number, ms in zip(numbers, shown_ms, strict=True):
        found = sums.get(number)
        if found is None:
            sums[number] = [1, ms]
        else:
            found[0] += 1
            found[1] += ms
    return sums


def _count(sums: dict[int, list[int]], key: int, plays: int, shown_ms: int) -> None:
    found = sums.get(key)
    if found is None:
        sums[key] = [plays, shown_ms]
    else:
        found[0] += plays
        found[1] += shown_ms


def _add(sums: Figures, key: RollupKey, figures: Sequence[int]) -> None:
    mine = sums.get(key)
    sums[key] = (
        list(figures) if mine is None else [a + b for a, b in zip(mine, figures, strict=True)]
    )
