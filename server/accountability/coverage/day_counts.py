"""Counts for each venue: days with expected plays, and days on which it was reached."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from server.accountability.coverage.day_rules import NOTHING, Judged

REMEMBERED: Final = 8


class Counts(NamedTuple):
    """Days by venue; those that have none may be missing."""

    owed: Counter[int]
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
        self._known: OrderedDict[tuple[date, date], tuple[Sequence[Judged], Counts]] = OrderedDict()

    def of(self, days: Sequence[date], judged: Mapping[int, Judged]) -> Counts:
        """The counts of some days; the last one is never cached."""
        each = [judged.get(day.toordinal(), NOTHING) for day in days]
        if len(each) < 2:
            return _nothing().add(each)
        key, past = (days[0], days[-1]), each[:-1]
        known = self._known.get(key)
        if known is None or any(
            one is not other for one, other in zip(known[0], past, strict=True)
        ):
            known = self._known[key] = (past, _nothing().add(past))
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return Counts(*map(Counter, known[1])).add(each[-1:])


def _nothing() -> Counts:
    return Counts(Counter(), Counter(), Counter(), Counter())
