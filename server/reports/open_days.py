"""The part of a report that isn't in the roll-ups: days that aren't folded, and owed less.

Expected plays of open days are counted from the tenures by arithmetic. Those that end after the
screen has told of everything are pending, as long as they are waited for. Only in declared pauses
and exemptions are slots looked at one by one.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

from server.playback.booking import LATE_DAYS
from server.playback.civil import DayFinder
from server.playback.driver import Tx
from server.playback.expecting import Bucket, buckets
from server.playback.folding import DAY_MS
from server.playback.names import campaign_number
from server.playback.standing import Tenure
from server.playback.tally import Tally
from server.reports.figures import Figures
from server.reports.grouping import Where
from server.reports.owed_less import Around, OwedLess
from server.reports.progress import Progress, progress_of_screens, tenures_of_screens
from server.reports.selection import Placed, Selection


class OpenDays:
    """Counts what the roll-ups don't hold, screen by screen."""

    def __init__(self, tx: Tx, selection: Selection, around: Around) -> None:
        self._tx = tx
        self._selection = selection
        self._around = around
        self._from_ms = around.civil.start_of(selection.from_day)
        self._until_ms = around.civil.start_of(selection.until_day)
        self._late_ms = around.as_of_ms - LATE_DAYS * DAY_MS
        self._progress = progress_of_screens(tx)
        open_ms = self._earliest_open()
        is_open = open_ms < min(self._until_ms, around.as_of_ms) or bool(around.windows.screens)
        self._tenures = tenures_of_screens(tx, self._progress, open_ms) if is_open else {}
        self._days = DayFinder(around.civil)
        self._starts: dict[int, int] = {}
        self._sums: dict[tuple[int, int, int, int], dict[str | None, list[int]]] = {}
        self._counted: dict[tuple[int, int, int, int], Mapping[Any, int]] = {}

    def rows(self) -> Iterator[tuple[Where, Figures]]:
        """Expected and pending plays of open days, then what was off or excused."""
        for screen in self._stands:
            self._count_screen(screen)
        for (day, hour, placement, cell), campaigns in self._sums.items():
            for campaign, (expected, pending) in campaigns.items():
                number = campaign_number(campaign)
                if self._is_wanted(number):
                    where = Where(day, hour, number, placement, cell)
                    yield where, Figures(expected=expected, pending=pending)
        for screen in self._around.windows.screens:
            if screen in self._stands:
                yield from self._owed_less(screen)

    @cached_property
    def _stands(self) -> dict[int, list[tuple[int, Placed]]]:
        """By screen, its placements within the selection in order of time."""
        found: dict[int, list[tuple[int, Placed]]] = {}
        for key, placed in sorted(self._selection.spots.items(), key=lambda one: one[1].from_ms):
            found.setdefault(placed.screen, []).append((key, placed))
        return found

    @cached_property
    def _edges(self) -> dict[int, list[int]]:
        """By screen, when it was moved (also to or from where the selection doesn't reach)."""
        found: dict[int, list[int]] = {}
        rows = self._tx.rows("SELECT screen, from_ms FROM placements WHERE from_ms > 0")
        for screen, from_ms in rows:
            found.setdefault(screen, []).append(from_ms)
        return found

    def _earliest_open(self) -> int:
        """Before that instant all is folded."""
        if self._around.recounted or self._around.windows.screens:
            return self._from_ms
        selection = self._selection
        open_from = [
            selection.from_day
            if not one.first_day <= selection.from_day < one.until_day
            else one.until_day
            for one in self._progress.values()
        ]
        return self._around.civil.start_of(min(open_from, default=selection.from_day))

    def _count_screen(self, screen: int) -> None:
        progress = self._progress.get(screen)
        tenures = self._tenures.get(screen, ())
        if progress is None or not tenures:
            return
        cut_ms = self._cut(progress)
        for start_ms, end_ms in self._open_stretches(progress, min(cut_ms, self._until_ms)):
            for bucket in self._buckets(screen, start_ms, end_ms):
                placement = self._standing(screen, bucket.from_ms)
                if placement is not None:
                    sums = self._sums_at(bucket, placement)
                    for tenure in tenures:
                        self._count_tenure(sums, tenure, bucket, progress)

    def _sums_at(self, bucket: Bucket, placement: int) -> dict[str | None, list[int]]:
        """Expected and pending by campaign of what the report doesn't tell apart."""
        cell = self._selection.spots[placement].cell
        group = self._selection.group_by
        if not self._selection.by_place:
            placement = 0
        if group in {"campaign", "day", "hour"}:
            cell = 0
        return self._sums.setdefault((bucket.day, bucket.hour, placement, cell), {})

    def _start_of(self, day: int) -> int:
        if day not in self._starts:
            self._starts[day] = self._around.civil.start_of(day)
        return self._starts[day]

    def _cut(self, progress: Progress) -> int:
        """Slots that end later aren't expected yet, unless the screen has told of them already."""
        return max(self._around.as_of_ms, progress.reach.slots_until)

    def _open_stretches(self, progress: Progress, until_ms: int) -> Iterator[tuple[int, int]]:
        selection = self._selection
        folded = range(progress.first_day, progress.until_day)
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

    def _buckets(self, screen: int, start_ms: int, end_ms: int) -> Iterator[Bucket]:
        edges = self._edges.get(screen, [])
        group = self._selection.group_by
        if group == "hour":
            yield from buckets(self._around.civil, start_ms, end_ms, edges)
            return
        spans = (
            [(day, max(low, start_ms), min(high, end_ms))
             for day, low, high in self._around.civil.days(start_ms, end_ms)]
            if self._selection.by_day
            else [(0, start_ms, end_ms)]
        )  # fmt: skip
        for day, low, high in spans:
            cuts = [low, *(edge for edge in sorted(edges) if low < edge < high), high]
            for one, other in pairwise(cuts):
                yield Bucket(day, 0, one, other)

    def _count_tenure(
        self,
        sums: dict[str | None, list[int]],
        tenure: Tenure,
        bucket: Bucket,
        progress: Progress,
    ) -> None:
        """Expected plays of a tenure in a bucket, and those of them that are still waited for."""
        cut_ms = self._cut(progress)
        end_ms = cut_ms if tenure.until_ms is None else min(cut_ms, tenure.until_ms)
        low_ms = max(bucket.from_ms, tenure.from_ms)
        tally = self._around.tally_of(tenure.manifest)
        if tally is None or low_ms >= min(bucket.until_ms, end_ms):
            return
        # No slot that starts in the bucket ends later than that: for most buckets all ends agree.
        end_ms = min(end_ms, bucket.until_ms + tally.longest_ms)
        told_ms = min(max(progress.told(tenure), self._late_ms), end_ms)
        for campaign, plays in self._starting(tally, low_ms, bucket.until_ms, end_ms).items():
            counts = sums.setdefault(campaign, [0, 0])
            counts[0] += plays
            counts[1] += plays
        for campaign, plays in self._starting(tally, low_ms, bucket.until_ms, told_ms).items():
            sums[campaign][1] -= plays

    def _starting(self, tally: Tally, low_ms: int, high_ms: int, end_ms: int) -> Mapping[Any, int]:
        """Plays that start in [low, high) and end by `end`; screens of a channel ask the same."""
        key = (id(tally), low_ms, high_ms, end_ms)
        found = self._counted.get(key)
        if found is None:
            found = self._counted[key] = tally.starting_in(low_ms, high_ms, end_ms)
        return found

    def _owed_less(self, screen: int) -> Iterator[tuple[Where, Figures]]:
        progress = self._progress.get(screen)
        if progress is None:
            return
        look = OwedLess(self._tx, screen, self._tenures.get(screen, ()), self._around)
        until_ms = min(self._until_ms, self._cut(progress))
        for one in look.slots(self._from_ms, until_ms, self._cut(progress)):
            placement = self._standing(screen, one.slot.start_ms)
            number = campaign_number(one.slot.campaign)
            if placement is None or not self._is_wanted(number):
                continue
            day, hour = self._days.find(one.slot.start_ms)
            told_ms = max(progress.told(one.tenure), self._late_ms)
            waited_for = one.off and one.slot.start_ms + one.slot.duration_ms > told_ms
            yield (
                self._where(day, hour, number, placement),
                Figures(screen_off=one.off, excused=one.excused, pending=-waited_for),
            )

    def _standing(self, screen: int, at_ms: int) -> int | None:
        """The placement at an instant, None if that isn't within the selection."""
        found: int | None = None
        for key, placed in self._stands[screen]:
            if placed.from_ms <= at_ms:
                found = key
        later = [edge for edge in self._edges.get(screen, ()) if edge <= at_ms]
        since_ms = max(later, default=0)
        if found is None or self._selection.spots[found].from_ms != since_ms:
            return None
        return found

    def _is_wanted(self, campaign: int) -> bool:
        return self._selection.limits.allow_campaign(campaign)

    def _where(self, day: int, hour: int, campaign: int, placement: int) -> Where:
        cell = self._selection.spots[placement].cell
        return Where(day, hour, campaign, placement, cell)
