"""The part of a report that isn't in the roll-ups: days that aren't folded, and owed less.

Expected plays of open days are counted from the tenures by arithmetic. Those that end after the
screen has told of everything are pending, as long as they are waited for.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from server.playback.driver import Tx
from server.playback.expecting import Bucket
from server.playback.names import campaign_number
from server.playback.standing import Tenure
from server.reports.around import Around
from server.reports.figures import Figures
from server.reports.grouping import Where
from server.reports.owed_less import OwedLess
from server.reports.owing import Answers, Heard, Owing, Slots
from server.reports.progress import Progress, progress_of_screens
from server.reports.selection import Selection
from server.reports.stands import Stands
from server.reports.tenure_book import TenureBook, Tenures

PLACES_ALONE: Final = frozenset({"screen", "venue", "screen_day"})
"""Groupings whose rows are one for each placement (or its days), over all campaigns."""
Counts = dict[str | None, list[int]]
"""Expected and pending plays by campaign."""


class _Cohort(NamedTuple):
    """Screens of which the same was expected: the same tenures, open since the same day.

    `placement` and `cell` are 0 where a report doesn't tell them apart, or looks at each.
    """

    tenures: Tenures
    from_day: int
    placement: int
    cell: int


class _Crowd(NamedTuple):
    """Screens of any cohorts that share a tenure, and are not told apart beside that."""

    tenure: Tenure
    placement: int
    cell: int


class _Day:
    """What one of many screens owes on a day, or on all days."""

    def __init__(self, day: int, slots: Sequence[Slots]) -> None:
        self.day = day
        self._slots = slots
        self._all_told = Figures(expected=sum(one.expected for one in slots))
        self._end_ms = max(one.end_ms for one in slots)

    def figures(self, told_ms: int) -> Figures:
        """Of a screen that has told of all until then; don't change them."""
        if told_ms >= self._end_ms:
            return self._all_told
        pending = sum(one.pending(told_ms) for one in self._slots)
        return Figures(expected=self._all_told.expected, pending=pending)


class OpenDays:
    """Counts what the roll-ups don't hold: many screens at once, or a screen by itself."""

    def __init__(
        self,
        tx: Tx,
        selection: Selection,
        around: Around,
        book: TenureBook,
        answers: Answers,
        progress: Mapping[int, Progress] | None = None,
    ) -> None:
        """`progress` may hold more screens than the selection; None: it is read."""
        self._selection = selection
        self._around = around
        self._starts: dict[int, int] = {}
        self._until_ms = around.civil.start_of(selection.until_day)
        self._stands = Stands(selection, around.civil)
        if progress is None:
            self._progress = progress_of_screens(tx, self._stands)
        else:
            self._progress = {key: one for key, one in progress.items() if key in self._stands}
        self._owing = Owing(around.tally_of, around.as_of_ms, answers)
        self._less = OwedLess(tx, selection, around, self._stands, self._progress)
        open_ms = open_since(selection, around, self._progress.values())
        is_open = open_ms < min(self._until_ms, around.as_of_ms)
        self._tenures = book.of(tx, self._progress, open_ms) if is_open else {}
        self._sums: dict[tuple[int, int, int, int], Counts] = {}
        self._reported: dict[int, bool] = {}

    def rows(self) -> Iterator[tuple[Where, Figures]]:
        """Expected and pending plays of open days, then what was off or excused."""
        yield from self.owed_rows()
        yield from self.less_rows()

    def less_rows(self) -> Iterator[tuple[Where, Figures]]:
        """What was off or excused, on folded days too."""
        yield from self._less.rows()

    def owed_rows(self) -> Iterator[tuple[Where, Figures]]:
        """Expected and pending plays of open days."""
        cohorts = self._cohorts()
        if self._selection.group_by in PLACES_ALONE:
            for cohort, screens in cohorts:
                yield from self._each_of(cohort, screens)
        else:
            self._count_together(cohorts)
        for (day, hour, placement, cell), campaigns in self._sums.items():
            for campaign, (expected, pending) in campaigns.items():
                number = campaign_number(campaign)
                if self._stands.is_wanted(number):
                    where = Where(day, hour, number, placement, cell)
                    yield where, Figures(expected=expected, pending=pending)

    def _cohorts(self) -> Sequence[tuple[_Cohort, Sequence[int]]]:
        """Screens by cohort; those that have to be looked at by themselves are counted."""
        alone = self._selection.group_by in PLACES_ALONE
        found: dict[tuple[int, int, int, int], tuple[_Cohort, list[int]]] = {}
        for screen, tenures in self._tenures.items():
            since, placement = self._open_since(screen), self._stands.only_place(screen)
            if since is None or placement is None or not self._is_settled(tenures):
                self._count_screen(screen, tenures)
                continue
            apart, cell = self._told_apart(placement)
            # Tenures that are the same are one object, and dear to compare.
            key = (id(tenures), since, 0 if alone else apart, cell)
            if key not in found:
                found[key] = (_Cohort(tenures, *key[1:]), [])
            found[key][1].append(screen)
        return list(found.values())

    def _open_since(self, screen: int) -> int | None:
        """The day from which on nothing is folded; None if there is no such day."""
        progress, first = self._progress[screen], self._selection.from_day
        if progress.reach.slots_until > self._around.as_of_ms:
            return None
        if progress.first_day == progress.until_day or self._around.recounted:
            return first
        return None if first < progress.first_day else max(first, progress.until_day)

    def _is_settled(self, tenures: Tenures) -> bool:
        """Whether the screen has reported all of them."""
        known = self._reported.get(id(tenures))
        if known is None:
            known = self._reported[id(tenures)] = all(one.reported for one in tenures)
        return known

    def _count_together(self, cohorts: Iterable[tuple[_Cohort, Sequence[int]]]) -> None:
        """Each tenure once, with when its screens told last, by the day since which it is open."""
        crowds: defaultdict[_Crowd, defaultdict[int, Counter[int]]]
        crowds = defaultdict(lambda: defaultdict(Counter))
        for cohort, screens in cohorts:
            told = Counter(self._progress[screen].heard_until for screen in screens)
            for tenure in cohort.tenures:
                crowds[_Crowd(tenure, cohort.placement, cohort.cell)][cohort.from_day].update(told)
        for crowd, told_since in crowds.items():
            self._count_crowd(crowd, told_since)

    def _count_crowd(self, crowd: _Crowd, told_since: Mapping[int, Mapping[int, int]]) -> None:
        """Screens that are open since a later day join those that are open already."""
        told: Counter[int] = Counter()
        for from_day, until_day in pairwise([*sorted(told_since), self._selection.until_day]):
            told.update(self._owing.told_last(crowd.tenure, told_since[from_day]))
            heard = Heard(told)
            buckets = self._spans_of(crowd.tenure, from_day, until_day)
            for bucket, span in self._owing.spans(crowd.tenure, buckets):
                key = (bucket.day, bucket.hour, crowd.placement, crowd.cell)
                sums = self._sums.setdefault(key, {})
                for one in self._owing.of_many(span, heard):
                    _count(sums, *one)

    def _each_of(self, cohort: _Cohort, screens: Sequence[int]) -> Iterator[tuple[Where, Figures]]:
        """All campaigns together, screen by screen; those that told of all have the same rows."""
        campaign = self._selection.limits.campaign or 0
        days = [_Day(day, some) for day, some in self._slots_of(cohort).items()]
        for screen in screens:
            told_ms = self._owing.waited_from(self._progress[screen].heard_until)
            placement = self._stands.only_place(screen) or 0
            for one in days:
                yield Where(one.day, 0, campaign, placement, cohort.cell), one.figures(told_ms)

    def _slots_of(self, cohort: _Cohort) -> Mapping[int, Sequence[Slots]]:
        """By day, or as day 0 where days aren't told apart."""
        found: defaultdict[int, list[Slots]] = defaultdict(list)
        for tenure in cohort.tenures:
            for bucket in self._spans_of(tenure, cohort.from_day, self._selection.until_day):
                slots = self._owing.slots(tenure, bucket, self._selection.limits)
                if slots is not None and slots.expected:
                    found[bucket.day].append(slots)
        return found

    def _spans_of(self, tenure: Tenure, from_day: int, until_day: int) -> Sequence[Bucket]:
        """The times of some days that a report tells apart, as far as they meet a tenure."""
        if from_day >= until_day:
            return ()
        start_ms = self._start_of(from_day)
        until_ms = min(self._around.as_of_ms, self._start_of(until_day))
        spans = self._stands.spans(start_ms, until_ms) if start_ms < until_ms else ()
        first = bisect_right(spans, tenure.from_ms, key=_until)
        last = None
        if tenure.until_ms is not None:
            last = bisect_left(spans, tenure.until_ms, key=_from)
        return spans[first:last]

    def _count_screen(self, screen: int, tenures: Tenures) -> None:
        progress = self._progress[screen]
        until_ms = min(self._owing.cut(progress), self._until_ms)
        for start_ms, end_ms in self._open_stretches(progress, until_ms):
            for bucket in self._stands.buckets(screen, start_ms, end_ms):
                placement = self._stands.at(screen, bucket.from_ms)
                if placement is not None:
                    key = (bucket.day, bucket.hour, *self._told_apart(placement))
                    sums = self._sums.setdefault(key, {})
                    for tenure in tenures:
                        for one in self._owing.plays(tenure, progress, bucket):
                            _count(sums, *one)

    def _told_apart(self, placement: int) -> tuple[int, int]:
        """Placement and cell, 0 for what the report doesn't tell apart."""
        cell = self._selection.spots[placement].cell
        group = self._selection.group_by
        if not self._selection.by_place:
            placement = 0
        if group in {"campaign", "day", "hour"}:
            cell = 0
        return placement, cell

    def _start_of(self, day: int) -> int:
        if day not in self._starts:
            self._starts[day] = self._around.civil.start_of(day)
        return self._starts[day]

    def _open_stretches(self, progress: Progress, until_ms: int) -> Iterator[tuple[int, int]]:
        selection, folded = self._selection, progress.folded
        if self._around.recounted or not folded:
            parts = [(selection.from_day, selection.until_day)]
        else:
            parts = [
                (selection.from_day, min(selection.until_day, folded.start)),
                (max(selection.from_day, folded.stop), selection.until_day),
            ]
        for first, last in parts:
            if first < last:
                start_ms = self._start_of(first)
                end_ms = min(self._start_of(last), until_ms)
                if start_ms < end_ms:
                    yield start_ms, end_ms


def open_since(selection: Selection, around: Around, progress: Iterable[Progress]) -> int:
    """An instant (ms) before which all days of a selection are folded."""
    first = selection.from_day
    days = (
        [first]
        if around.recounted
        else [one.folded.stop if first in one.folded else first for one in progress]
    )
    return around.civil.start_of(min(days, default=first))


def _from(bucket: Bucket) -> int:
    return bucket.from_ms


def _until(bucket: Bucket) -> int:
    return bucket.until_ms


def _count(sums: Counts, campaign: str | None, plays: int, waited: int) -> None:
    counts = sums.get(campaign)
    if counts is None:
        sums[campaign] = [plays, waited]
    else:
        counts[0] += plays
        counts[1] += waited
