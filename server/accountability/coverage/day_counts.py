"""Counts for each venue: days with expected plays, and days on which it was reached."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from server.accountability.coverage.day_rules import NOTHING, Judged

REMEMBERED: Final = 8


class Counts(NamedTuple):
    """Days by venue; those that have none may be missing."""

    expected: Counter[int]
    met: Counter[int]
    could: Counter[int]
    exempt: Counter[int]

    def add(self, each: Iterable[Judged]) -> "Counts":
        """Count some days more; gives itself back."""
        for one in each:
            for counter, venues in zip(self, one, strict=True):
                counter.update(venues)
        return self


class DayCounts:
    """Counts them, and remembers the sum of all days but the last as long as no verdict differs."""

    def __init__(self) -> None:
        self._cached: OrderedDict[tuple[date, date], tuple[Sequence[Judged], Counts]] = (
            OrderedDict()
        )

    def of(self, days: Sequence[date], judged: Mapping[int, Judged]) -> Counts:
        """The counts of some days; the last one is never cached."""
        each = [judged.get(day.toordinal(), NOTHING) for day in days]
        if len(each) < 2:
            return _nothing().add(each)
        key, past = (days[0], days[-1]), each[:-1]
        cached = self._cached.get(key)
        if cached is None or any(
            one is not other for one, other in zip(cached[0], past, strict=True)
        ):
            cached = self._cached[key] = (past, _nothing().add(past))
        self._cached.move_to_end(key)
        while len(self._cached) > REMEMBERED:
            self._cached.popitem(last=False)
        return Counts(*map(Counter, cached[1])).add(each[-1:])


def _nothing() -> Counts:
    return Counts(Counter(), Counter(), Counter(), Counter())
