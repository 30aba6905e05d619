"""A cache of sums over the roll-ups, of which a change costs the days that have changed."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from server.playlog.store.transaction import Tx
from server.reporting.delivery.rollups.rollup_sums import (
    DaySet,
    Sum,
    SumQuery,
    query_of,
    versions_of,
)
from server.reporting.delivery.selection import Selection

MOST_ENTRIES: Final = 200
MOST_SUMS: Final = 5_000
MOST_APART: Final = 8
"""Days that are added up apart; plays come in for today, and for days on which a screen was
offline."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Sums over some days; `versions`: the version of each day's roll-ups that they are of."""

    versions: Mapping[int, int]
    sums: Sequence[Sum]

    def holds(self, day: int, version: int) -> bool:
        """Whether a day is in them as it is now."""
        return self.versions.get(day) == version


_NOTHING: Final = _Part({}, ())


class _Entry(NamedTuple):
    """The sums of a query over days that don't change, and over those that do."""

    steady: _Part
    changing: _Part

    def apart(self, versions: Mapping[int, int]) -> frozenset[int]:
        """The days to be added up apart from now on; none where too many change."""
        changed = {day for day, version in versions.items() if not self._holds(day, version)}
        for days in (changed | self.changing.versions.keys(), changed):
            if len(days) <= MOST_APART:
                return frozenset(days)
        return frozenset()

    def _holds(self, day: int, version: int) -> bool:
        return self.steady.holds(day, version) or self.changing.holds(day, version)

    @property
    def is_small(self) -> bool:
        """Whether each part is short enough to be kept."""
        return max(len(self.steady.sums), len(self.changing.sums)) <= MOST_SUMS


class SumsCache:
    """Adds up roll-ups, and caches the sums.

    Days that have changed since a query was first asked are added up apart from the others: while
    plays come in, a report of a month adds up a day or two.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[SumQuery, _Entry] = OrderedDict()

    def of(self, tx: Tx, selection: Selection) -> Sequence[Sum]:
        """Expected plays of folded days, and the states that plays have given to slots.

        A group may come twice. The figures are shared: add them to others, never to them.
        """
        days = range(selection.from_day, selection.until_day)
        query, versions = query_of(selection), versions_of(tx, days)
        entry = self._entries.pop(query, None)
        apart = frozenset[int]() if entry is None else entry.apart(versions)
        steady, changing = entry or (_NOTHING, _NOTHING)

        def refreshed(part: _Part, days: DaySet) -> _Part:
            current = {day: version for day, version in versions.items() if day in days}
            if part.versions == current:
                return part
            return _Part(current, query.added_up(tx, days, selection.spots))

        made = _Entry(
            refreshed(steady, DaySet(apart, included=False)),
            refreshed(changing, DaySet(apart)) if apart else _NOTHING,
        )
        if made.is_small:
            self._entries[query] = made
            while len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)
        return [*made.steady.sums, *made.changing.sums]
