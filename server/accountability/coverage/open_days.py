"""Due plays of days without a roll-up, cached for days that are over.

The result for a screen that has reported all of a day stays until its tenures change or the day is
rolled up; that for another stays until it reports more or its deadline passes. Only today, and
closed or excused time, is computed for each ledger.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple

from server.foundation.civil_time import LATE_DAYS
from server.foundation.durations import DAY_MS
from server.playlog.store.transaction import Tx
from server.reporting.delivery.cache import Memory
from server.reporting.delivery.expected.exclusions import ExclusionTotals
from server.reporting.delivery.expected.open_days import OpenDays, open_since
from server.reporting.delivery.expected.watermarks import Watermark
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.placements_cache import Places
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.selected_placements import SelectedPlacements
from server.reporting.delivery.selection import Selection

LONGEST_MS: Final = 3 * 3_600_000
"""No slot that starts on a day ends later after it; clips last two hours at most."""

ByPlacement = dict[int, Figures]
"""Placements with the same expected plays share their figures: don't change them."""
CompleteCounts = Mapping[int, int]
"""By placement, the expected plays of a screen that has reported all of them."""


class Mark(NamedTuple):
    """The cache key of a day's due plays of screens that have reported all of it."""

    revisions: int
    folded: int
    placements: int
    complete: int


class Waiting(NamedTuple):
    """The cache key of the due plays of the other screens on a day that is over.

    `late_ms` and `as_of_ms` are 0 where they make no difference to the day.
    """

    places: Places
    late_ms: int
    as_of_ms: int
    screens: Sequence[tuple[int, Watermark]]


@dataclass(frozen=True)
class OpenDuePlays:
    """Days and placements of one ledger (`selection`, by screen and day) that aren't folded.

    `whole` has the placements of everybody's ledgers.
    """

    tx: Tx
    whole: Selection
    selection: Selection
    context: ReportContext
    memory: Memory
    _ends: dict[int, int] = field(default_factory=dict)

    def mark(self, day: int) -> Mark | None:
        """The day's cache key; None if no screen has reported all of it."""
        complete = len(self._in_order) - bisect_left(self._in_order, self._over(day))
        revisions, folded = self._sums
        return Mark(revisions, folded, len(self.whole.spots), complete) if complete else None

    def complete_counts(self, day: int) -> CompleteCounts:
        """The expected plays that day of the screens that have reported all of it."""
        spots = {
            key: spot
            for key, spot in self.whole.spots.items()
            if self._has_reported(spot.screen, day)
        }
        part = replace(self.whole, from_day=day, until_day=day + 1, spots=spots)
        found: Counter[int] = Counter()
        for where, figures in self._open_days(part).expected_rows():
            found[where.placement] += figures.expected
        return found

    def waiting(self, day: int) -> Waiting:
        """The screens that haven't reported all of a day that is over, as a cache key."""
        over_ms, as_of_ms = self._over(day), self.context.as_of_ms
        late_ms = min(as_of_ms - LATE_DAYS * DAY_MS, over_ms)
        if late_ms <= self.context.civil.start_of(day):
            late_ms = 0
        behind = bisect_left(self._in_order, over_ms)
        screens = [*self._behind[:behind], *self._apart]
        ahead_ms = as_of_ms if as_of_ms < over_ms else 0
        return Waiting(self.whole.places, late_ms, ahead_ms, screens)

    def due_of_waiting(self, days: Collection[int]) -> Mapping[int, ByPlacement]:
        """By day and placement, the expected plays of the screens that haven't reported all."""
        spots = {
            key: spot
            for key, spot in self.whole.spots.items()
            if not self._has_reported(spot.screen, max(days))
        }
        span = replace(self.whole, from_day=min(days), until_day=max(days) + 1, spots=spots)
        return {day: mine for day, mine in self._due_plays(span).items() if day in days}

    def rest(self, today: int) -> Mapping[int, ByPlacement]:
        """By day and placement: today's expected plays, and closed or excused time."""
        selection = self.selection
        found: defaultdict[int, ByPlacement] = defaultdict(dict)
        if selection.until_day > today:
            found |= self._due_plays(replace(selection, from_day=max(today, selection.from_day)))
        for where, figures in self._less.rows():
            _add(found[where.day], where.placement, figures)
        return found

    def _due_plays(self, part: Selection) -> defaultdict[int, ByPlacement]:
        """By day and placement, the due plays of screens that haven't reported all of the day."""
        found: defaultdict[int, ByPlacement] = defaultdict(dict)
        for day, placements, figures in self._open_days(part).expected_by_day():
            others = self._unreported(part, placements, day)
            mine = found[day]
            if mine.keys().isdisjoint(others):
                mine |= dict.fromkeys(others, figures)
            else:
                for placement in others:
                    _add(mine, placement, figures)
        return found

    def _unreported(self, part: Selection, placements: Sequence[int], day: int) -> Sequence[int]:
        """Those of some placements whose screens haven't reported all of a day."""
        if not self._in_order or self._in_order[-1] < self._over(day):
            return placements
        spots = part.spots
        return [one for one in placements if not self._has_reported(spots[one].screen, day)]

    @property
    def _less(self) -> ExclusionTotals:
        placements = SelectedPlacements(self.selection, self.context.civil)
        evidence = self.memory.evidence
        return ExclusionTotals(
            self.tx, self.selection, self.context, placements, self._progress, evidence
        )

    def _open_days(self, selection: Selection) -> OpenDays:
        return OpenDays(self.tx, selection, self.context, self.memory, self._progress)

    def _has_reported(self, screen: int, day: int) -> bool:
        return self._reported_until.get(screen, 0) >= self._over(day)

    def _over(self, day: int) -> int:
        if day not in self._ends:
            self._ends[day] = self.context.civil.start_of(day + 1) + LONGEST_MS
        return self._ends[day]

    @cached_property
    def _progress(self) -> Mapping[int, Watermark]:
        return self.memory.progress.of(self.tx)

    @cached_property
    def _reported_until(self) -> Mapping[int, int]:
        """By screen, the end of its reported time; only screens never moved and fully reported."""
        open_ms = open_since(self.whole, self.context, self._progress.values())
        tenures = self.memory.book.of(self.tx, self._progress, open_ms)
        only, as_of_ms = self.whole.places.only, self.context.as_of_ms
        # Of a channel's screens the tenures are one object.
        each = {id(mine): mine for mine in tenures.values()}
        reported = {key: all(one.reported for one in mine) for key, mine in each.items()}
        return {
            screen: one.received_until
            for screen, one in self._progress.items()
            if screen in only
            and one.reach.slots_until <= as_of_ms
            and reported[id(tenures[screen])]
        }

    @cached_property
    def _in_order(self) -> Sequence[int]:
        return sorted(self._reported_until.values())

    @cached_property
    def _behind(self) -> Sequence[tuple[int, Watermark]]:
        """Screens with their watermarks, ordered by the end of their reported time."""
        screens = sorted(
            self._reported_until, key=lambda screen: (self._reported_until[screen], screen)
        )
        return [(screen, self._progress[screen]) for screen in screens]

    @cached_property
    def _apart(self) -> Sequence[tuple[int, Watermark]]:
        """The other screens with their watermarks, which have no such time."""
        reported = self._reported_until
        return [(screen, one) for screen, one in self._progress.items() if screen not in reported]

    @cached_property
    def _sums(self) -> tuple[int, int]:
        progress = self._progress.values()
        return sum(one.revision for one in progress), sum(
            one.first_day + one.until_day for one in progress
        )


def _add(found: ByPlacement, placement: int, figures: Figures) -> None:
    existing = found.get(placement)
    if existing is not None:
        figures = copy(figures)
        figures.add(existing)
    found[placement] = figures
