"""What days owe that aren't folded: worked out once for screens that have told of all of a day.

Such a screen's plays of that day are neither pending nor will others be expected, until its
tenures change or the day is folded. Only the rest is worked out for each ledger.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

from server.playback.driver import Tx
from server.reports.around import Around
from server.reports.figures import Figures
from server.reports.open_days import OpenDays, open_since
from server.reports.owed_less import OwedLess
from server.reports.owing import Answers
from server.reports.progress import Progress, progress_of_screens
from server.reports.selection import Selection
from server.reports.stands import Stands
from server.reports.tenure_book import TenureBook

LONGEST_MS: Final = 3 * 3_600_000
"""No slot that starts on a day ends later after it; clips last two hours at most."""

ByPlacement = dict[int, Figures]
"""Placements of which the same is expected share their figures: don't change them."""
Told = Mapping[int, int]
"""By placement, how many plays were expected of a screen that has told of all of them."""


class Mark(NamedTuple):
    """As long as it is the same, so is what a day's told screens owed on it."""

    revisions: int
    folded: int
    placements: int
    told: int


@dataclass(frozen=True)
class OpenOwed:
    """Days and placements of one ledger (`selection`, by screen and day) that aren't folded.

    `whole` has the placements of everybody's ledgers.
    """

    tx: Tx
    whole: Selection
    selection: Selection
    owing: Around
    book: TenureBook
    answers: Answers

    def mark(self, day: int) -> Mark | None:
        """None for a day that nobody has told all of yet."""
        told = len(self._in_order) - bisect_left(self._in_order, self._over(day))
        revisions, folded = self._sums
        return Mark(revisions, folded, len(self.whole.spots), told) if told else None

    def told(self, day: int) -> Told:
        """What was expected that day of the screens that have told of all of it."""
        spots = {
            key: spot for key, spot in self.whole.spots.items() if self._has_told(spot.screen, day)
        }
        part = replace(self.whole, from_day=day, until_day=day + 1, spots=spots)
        found: Counter[int] = Counter()
        for where, figures in self._open_days(part).owed_rows():
            found[where.placement] += figures.expected
        return found

    def rest(self, today: int) -> Mapping[int, ByPlacement]:
        """By day and placement: what is expected of others, and what was off or excused."""
        found: defaultdict[int, ByPlacement] = defaultdict(dict)
        for part in self._parts(today):
            for day, placements, figures in self._open_days(part).owed_alike():
                others = self._not_told(part, placements, day)
                mine = found[day]
                if mine.keys().isdisjoint(others):
                    mine |= dict.fromkeys(others, figures)
                else:
                    for placement in others:
                        _add(mine, placement, figures)
        for where, figures in self._less.rows():
            _add(found[where.day], where.placement, figures)
        return found

    def _not_told(self, part: Selection, placements: Sequence[int], day: int) -> Sequence[int]:
        """Those of some placements whose screens haven't told of all of a day."""
        if not self._in_order or self._in_order[-1] < self._over(day):
            return placements
        spots = part.spots
        return [one for one in placements if not self._has_told(spots[one].screen, day)]

    def _parts(self, today: int) -> Iterator[Selection]:
        """The days before today of those that haven't told of all of them; today of all."""
        selection = self.selection
        if selection.from_day < today:
            until = min(today, selection.until_day)
            spots = {
                key: spot
                for key, spot in selection.spots.items()
                if not self._has_told(spot.screen, until - 1)
            }
            yield replace(selection, until_day=until, spots=spots)
        if selection.until_day > today:
            yield replace(selection, from_day=max(today, selection.from_day))

    @property
    def _less(self) -> OwedLess:
        stands = Stands(self.selection, self.owing.civil)
        return OwedLess(self.tx, self.selection, self.owing, stands, self._progress)

    def _open_days(self, selection: Selection) -> OpenDays:
        return OpenDays(self.tx, selection, self.owing, self.book, self.answers, self._progress)

    def _has_told(self, screen: int, day: int) -> bool:
        return self._heard.get(screen, 0) >= self._over(day)

    def _over(self, day: int) -> int:
        if day not in self._ends:
            self._ends[day] = self.owing.civil.start_of(day + 1) + LONGEST_MS
        return self._ends[day]

    @cached_property
    def _ends(self) -> dict[int, int]:
        return {}

    @cached_property
    def _progress(self) -> Mapping[int, Progress]:
        return progress_of_screens(self.tx)

    @cached_property
    def _heard(self) -> Mapping[int, int]:
        """Until when screens have told that stood still and have reported all they were to show."""
        open_ms = open_since(self.whole, self.owing, self._progress.values())
        tenures = self.book.of(self.tx, self._progress, open_ms)
        only, as_of_ms = self.whole.places.only, self.owing.as_of_ms
        # Of a channel's screens the tenures are one object.
        each = {id(mine): mine for mine in tenures.values()}
        reported = {key: all(one.reported for one in mine) for key, mine in each.items()}
        return {
            screen: one.heard_until
            for screen, one in self._progress.items()
            if screen in only
            and one.reach.slots_until <= as_of_ms
            and reported[id(tenures[screen])]
        }

    @cached_property
    def _in_order(self) -> Sequence[int]:
        return sorted(self._heard.values())

    @cached_property
    def _sums(self) -> tuple[int, int]:
        progress = self._progress.values()
        return sum(one.revision for one in progress), sum(
            one.first_day + one.until_day for one in progress
        )


def _add(found: ByPlacement, placement: int, figures: Figures) -> None:
    known = found.get(placement)
    if known is not None:
        figures = copy(figures)
        figures.add(known)
    found[placement] = figures
