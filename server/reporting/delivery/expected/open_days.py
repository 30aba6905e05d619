"""The part of a report that isn't in the roll-ups: days without one, and excluded plays.

Expected plays of these days are counted from the tenures by arithmetic. Those that end after the
screen's last report are pending, until their deadline.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple

from server.playlog.model.expected import Bucket
from server.playlog.model.screen_context import Tenure
from server.playlog.store.interned_ids import campaign_number
from server.playlog.store.transaction import Tx
from server.reporting.delivery.cache import Memory
from server.reporting.delivery.expected.exclusions import ExclusionTotals
from server.reporting.delivery.expected.expected_and_pending import (
    ExpectedPlays,
    Slots,
    WatermarkCounts,
)
from server.reporting.delivery.expected.tenure_cache import Tenures
from server.reporting.delivery.expected.watermarks import Watermark
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.grouping import Where
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.selected_placements import SelectedPlacements
from server.reporting.delivery.selection import Selection

PLACES_ALONE: Final = frozenset({"screen", "venue", "screen_day"})
"""Groupings with one row for each placement (or its days), over all campaigns."""
FROM, UNTIL = attrgetter("from_ms"), attrgetter("until_ms")
BY_CAMPAIGN: Final = frozenset({"campaign", "venue_campaign"})
_PlacedScreen = tuple[int, int]
"""A screen and its only placement."""
Counts = dict[str | None, list[int]]
"""Expected and pending plays by campaign."""


class _Cohort(NamedTuple):
    """Screens with the same expected plays: the same tenures, open since the same day.

    `placement` and `cell` are 0 if the report doesn't group by them or counts each screen. The
    screens have reported all tenures, or none of them (`reported`).
    """

    tenures: Tenures
    reported: bool
    from_day: int
    placement: int
    cell: int

    def complete_until(self, progress: Watermark) -> int:
        """The instant until which one of its screens has reported everything, in any tenure."""
        return progress.received_until if self.reported else progress.reach.slots_until


class _Crowd(NamedTuple):
    """Screens of any cohorts that share a tenure and the report's placement and cell."""

    tenure: Tenure
    placement: int
    cell: int


class OneOfMany:
    """The expected and pending plays of one of many like screens on a day, or on all days."""

    def __init__(self, slots: Sequence[Slots]) -> None:
        self._slots = slots
        self._all_reported = Figures(expected=sum(one.expected for one in slots))
        self._end_ms = max(one.end_ms for one in slots)
        self._same = (1, 0)
        self._last = self._all_reported

    def figures(self, reported_until_ms: int) -> Figures:
        """The figures of a screen that has sent all until `reported_until_ms`; don't change them.

        Ask in descending order of time: the result is reused as long as no slot ended between.
        """
        if reported_until_ms >= self._end_ms:
            return self._all_reported
        since_ms, until_ms = self._same
        if not since_ms <= reported_until_ms <= until_ms:
            pending = sum(one.pending(reported_until_ms) for one in self._slots)
            self._last = Figures(expected=self._all_reported.expected, pending=pending)
            self._same = (
                max(one.last_end(reported_until_ms) for one in self._slots),
                reported_until_ms,
            )
        return self._last


class OpenDays:
    """Counts plays that the roll-ups don't hold: many screens at once, or a screen by itself."""

    def __init__(
        self,
        tx: Tx,
        selection: Selection,
        around: ReportContext,
        memory: Memory,
        progress: Mapping[int, Watermark] | None = None,
    ) -> None:
        """`progress` may hold more screens than the selection; None: it is read."""
        self._selection = selection
        self._around = around
        self._starts: dict[int, int] = {}
        self._until_ms = around.civil.start_of(selection.until_day)
        self._placements = SelectedPlacements(selection, around.civil)
        if progress is None:
            self._progress = memory.progress.of(tx, self._placements.screens)
        else:
            wanted = self._placements.screens
            self._progress = {key: one for key, one in progress.items() if key in wanted}
        self._expected_plays = ExpectedPlays(around.tally_of, around.as_of_ms, memory.answers)
        self._less = ExclusionTotals(
            tx, selection, around, self._placements, self._progress, memory.evidence
        )
        open_ms = open_since(selection, around, self._progress.values())
        is_open = open_ms < min(self._until_ms, around.as_of_ms)
        self._tenures = memory.book.of(tx, self._progress, open_ms) if is_open else {}
        self._sums: dict[tuple[int, int, int, int], Counts] = {}
        self._plays: dict[tuple[int, int, int, int], list[int]] = {}
        self._alone = selection.group_by in PLACES_ALONE
        self._by_campaign = selection.group_by in BY_CAMPAIGN

    def rows(self) -> Iterator[tuple[Where, Figures]]:
        """Expected and pending plays of open days, then excluded plays."""
        yield from self.expected_rows()
        yield from self._less.rows()

    def expected_rows(self) -> Iterator[tuple[Where, Figures]]:
        """Expected and pending plays of open days."""
        if self._alone:
            campaign = self._selection.limits.campaign or 0
            for day, placements, figures in self._expected_by_cohorts():
                for placement in placements:
                    yield Where(day, 0, campaign, placement, 0), figures
        else:
            self._count_together(self._cohorts())
        yield from self._counted()

    def expected_by_day(self) -> Iterator[tuple[int, Sequence[int], Figures]]:
        """The same by day: placements with the expected plays of each; don't change the figures."""
        yield from self._expected_by_cohorts()
        for where, figures in self._counted():
            yield where.day, (where.placement,), figures

    def _counted(self) -> Iterator[tuple[Where, Figures]]:
        one_campaign = self._selection.limits.campaign or 0
        for (day, hour, placement, cell), (expected, pending) in self._plays.items():
            where = Where(day, hour, one_campaign, placement, cell)
            yield where, Figures(expected=expected, pending=pending)
        for (day, hour, placement, cell), campaigns in self._sums.items():
            for campaign, (expected, pending) in campaigns.items():
                number = campaign_number(campaign)
                if self._placements.is_wanted(number):
                    where = Where(day, hour, number, placement, cell)
                    yield where, Figures(expected=expected, pending=pending)

    def _cohorts(self) -> Sequence[tuple[_Cohort, Sequence[_PlacedScreen]]]:
        """Screens by cohort; those that can't be grouped are counted one by one."""
        found: dict[tuple[int, int, int, int], tuple[_Cohort, list[_PlacedScreen]]] = {}
        only, progress, as_of_ms = self._placements.only, self._progress, self._around.as_of_ms
        open_since, reported = self._open_since, self._reported
        for screen, tenures in self._tenures.items():
            one, placement = progress[screen], only.get(screen)
            since = open_since[one.first_day, one.until_day]
            is_ahead = one.reach.slots_until > as_of_ms
            alike = reported[id(tenures)]
            if since is None or placement is None or is_ahead or alike is None:
                self._count_screen(screen, tenures)
                continue
            apart, cell = (0, 0) if self._alone else self._place_key(placement)
            # Tenures that are the same are one object, and dear to compare.
            key = (id(tenures), since, apart, cell)
            if key not in found:
                found[key] = (_Cohort(tenures, alike, *key[1:]), [])
            found[key][1].append((screen, placement))
        return list(found.values())

    @cached_property
    def _open_since(self) -> Mapping[tuple[int, int], int | None]:
        """By rolled-up days, the first day without a roll-up; None if there is none."""
        pairs = {(one.first_day, one.until_day) for one in self._progress.values()}
        return {pair: self._open_after(*pair) for pair in pairs}

    def _open_after(self, first_day: int, until_day: int) -> int | None:
        first = self._selection.from_day
        if first_day == until_day or self._around.recounted:
            return first
        if first < first_day:
            return None
        return min(max(first, until_day), self._selection.until_day)

    @cached_property
    def _reported(self) -> Mapping[int, bool | None]:
        """By identity of tenures, whether their screens have reported them; None: some of them."""
        each = {id(tenures): tenures for tenures in self._tenures.values()}
        flags = {key: {one.reported for one in tenures} for key, tenures in each.items()}
        return {key: None if len(one) > 1 else False not in one for key, one in flags.items()}

    def _count_together(self, cohorts: Iterable[tuple[_Cohort, Sequence[_PlacedScreen]]]) -> None:
        """Count each tenure once, with the reported times of its screens.

        These are grouped by the day since which the screen has no roll-ups.
        """
        crowds: defaultdict[_Crowd, defaultdict[int, Counter[int]]]
        crowds = defaultdict(lambda: defaultdict(Counter))
        for cohort, screens in cohorts:
            counts = Counter(cohort.complete_until(self._progress[screen]) for screen, _ in screens)
            for tenure in cohort.tenures:
                crowds[_Crowd(tenure, cohort.placement, cohort.cell)][cohort.from_day].update(
                    counts
                )
        for crowd, counts_since in crowds.items():
            self._count_crowd(crowd, counts_since)

    def _count_crowd(self, crowd: _Crowd, counts_since: Mapping[int, Mapping[int, int]]) -> None:
        """Screens that are open since a later day join those that are open already."""
        counts: Counter[int] = Counter()
        for from_day, until_day in pairwise([*sorted(counts_since), self._selection.until_day]):
            counts.update(
                self._expected_plays.merge_watermarks(crowd.tenure, counts_since[from_day])
            )
            watermarks = WatermarkCounts(counts)
            buckets = self._spans_of(crowd.tenure, from_day, until_day)
            if not self._by_campaign:
                self._count_plays(crowd, buckets, watermarks)
                continue
            for bucket, span in self._expected_plays.spans(crowd.tenure, buckets):
                key = (bucket.day, bucket.hour, crowd.placement, crowd.cell)
                sums = self._sums.setdefault(key, {})
                for one in self._expected_plays.of_many(span, watermarks):
                    _count(sums, *one)

    def _count_plays(
        self, crowd: _Crowd, buckets: Sequence[Bucket], watermarks: WatermarkCounts
    ) -> None:
        """The same where the report doesn't group by campaign."""
        limits = self._selection.limits
        counted = self._expected_plays.of_many_together(crowd.tenure, buckets, watermarks, limits)
        for bucket, expected, pending in counted:
            key = (bucket.day, bucket.hour, crowd.placement, crowd.cell)
            sums = self._plays.get(key)
            if sums is None:
                self._plays[key] = [expected, pending]
            else:
                sums[0] += expected
                sums[1] += pending

    def _expected_by_cohorts(self) -> Iterator[tuple[int, Sequence[int], Figures]]:
        """All campaigns together, by cohort: screens that have reported until the same slot."""
        for cohort, screens in self._cohorts():
            slots_of_day = self._slots_of(cohort)
            if not slots_of_day:
                continue
            placements_by_watermark: defaultdict[int, list[int]] = defaultdict(list)
            for screen, placement in screens:
                placements_by_watermark[cohort.complete_until(self._progress[screen])].append(
                    placement
                )
            for day, some in slots_of_day.items():
                one = OneOfMany(some)
                for reported_until_ms, placements in sorted(
                    placements_by_watermark.items(), reverse=True
                ):
                    yield (
                        day,
                        placements,
                        one.figures(self._expected_plays.waited_from(reported_until_ms)),
                    )

    def _slots_of(self, cohort: _Cohort) -> Mapping[int, Sequence[Slots]]:
        """By day, or as day 0 if the report doesn't group by day."""
        found: defaultdict[int, list[Slots]] = defaultdict(list)
        for tenure in cohort.tenures:
            for bucket in self._spans_of(tenure, cohort.from_day, self._selection.until_day):
                slots = self._expected_plays.slots(tenure, bucket, self._selection.limits)
                if slots is not None and slots.expected:
                    found[bucket.day].append(slots)
        return found

    def _spans_of(self, tenure: Tenure, from_day: int, until_day: int) -> Sequence[Bucket]:
        """The report's time buckets of some days that overlap a tenure."""
        if from_day >= until_day:
            return ()
        spans = self._spans_since(from_day, until_day)
        first = bisect_right(spans, tenure.from_ms, key=UNTIL)
        last = None
        if tenure.until_ms is not None:
            last = bisect_left(spans, tenure.until_ms, key=FROM)
        return spans[first:last]

    def _spans_since(self, from_day: int, until_day: int) -> Sequence[Bucket]:
        start_ms, until_ms = self._start_of(from_day), self._start_of(until_day)
        if self._selection.by_day or self._selection.group_by == "hour":
            first = bisect_left(self._all_spans, start_ms, key=FROM)
            return self._all_spans[first : bisect_left(self._all_spans, until_ms, key=FROM)]
        until_ms = min(self._around.as_of_ms, until_ms)
        return self._placements.spans(start_ms, until_ms) if start_ms < until_ms else ()

    @cached_property
    def _all_spans(self) -> Sequence[Bucket]:
        start_ms = self._start_of(self._selection.from_day)
        until_ms = min(self._around.as_of_ms, self._until_ms)
        return self._placements.spans(start_ms, until_ms) if start_ms < until_ms else ()

    def _count_screen(self, screen: int, tenures: Tenures) -> None:
        progress = self._progress[screen]
        until_ms = min(self._expected_plays.cut(progress), self._until_ms)
        for start_ms, end_ms in self._open_stretches(progress, until_ms):
            for bucket in self._placements.buckets(screen, start_ms, end_ms):
                placement = self._placements.at(screen, bucket.from_ms)
                if placement is not None:
                    key = (bucket.day, bucket.hour, *self._place_key(placement))
                    sums = self._sums.setdefault(key, {})
                    for tenure in tenures:
                        for one in self._expected_plays.plays(tenure, progress, bucket):
                            _count(sums, *one)

    def _place_key(self, placement: int) -> tuple[int, int]:
        """Placement and cell, 0 where the report doesn't group by it."""
        by_place, by_cell = self._apart
        cell = self._selection.spots[placement].cell if by_cell else 0
        return placement if by_place else 0, cell

    @cached_property
    def _apart(self) -> tuple[bool, bool]:
        group = self._selection.group_by
        return self._selection.by_place, group not in {"campaign", "day", "hour"}

    def _start_of(self, day: int) -> int:
        if day not in self._starts:
            self._starts[day] = self._around.civil.start_of(day)
        return self._starts[day]

    def _open_stretches(self, progress: Watermark, until_ms: int) -> Iterator[tuple[int, int]]:
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


def open_since(selection: Selection, around: ReportContext, progress: Iterable[Watermark]) -> int:
    """An instant (ms) before which all days of a selection are folded."""
    first = selection.from_day
    folds = set() if around.recounted else {(one.first_day, one.until_day) for one in progress}
    days = [until if start <= first < until else first for start, until in folds]
    return around.civil.start_of(min(days, default=first))


def _count(sums: Counts, campaign: str | None, plays: int, waited: int) -> None:
    counts = sums.get(campaign)
    if counts is None:
        sums[campaign] = [plays, waited]
    else:
        counts[0] += plays
        counts[1] += waited
