"""The part of a report that isn't in the roll-ups: days that aren't folded, and owed less.

Expected plays of open days are counted from the tenures by arithmetic. Those that end after the
screen has told of everything are pending, as long as they are waited for.
"""

from collections.abc import Iterator

from server.playback.driver import Tx
from server.playback.expecting import Bucket
from server.playback.names import campaign_number
from server.reports.around import Around
from server.reports.figures import Figures
from server.reports.grouping import Where
from server.reports.owed_less import OwedLess
from server.reports.owing import Owing
from server.reports.progress import Progress, progress_of_screens, tenures_of_screens
from server.reports.selection import Selection
from server.reports.stands import Stands

Counts = dict[str | None, list[int]]
"""Expected and pending plays by campaign."""


class OpenDays:
    """Counts what the roll-ups don't hold, screen by screen."""

    def __init__(self, tx: Tx, selection: Selection, around: Around) -> None:
        self._selection = selection
        self._around = around
        self._starts: dict[int, int] = {}
        self._until_ms = around.civil.start_of(selection.until_day)
        self._progress = progress_of_screens(tx)
        self._stands = Stands(tx, selection, around.civil)
        self._owing = Owing(around.tally_of, around.as_of_ms)
        self._less = OwedLess(tx, selection, around, self._stands, self._progress)
        open_ms = self._earliest_open()
        is_open = open_ms < min(self._until_ms, around.as_of_ms)
        self._tenures = tenures_of_screens(tx, self._progress, open_ms) if is_open else {}
        self._sums: dict[tuple[int, int, int, int], Counts] = {}

    def rows(self) -> Iterator[tuple[Where, Figures]]:
        """Expected and pending plays of open days, then what was off or excused."""
        for screen in self._stands:
            self._count_screen(screen)
        for (day, hour, placement, cell), campaigns in self._sums.items():
            for campaign, (expected, pending) in campaigns.items():
                number = campaign_number(campaign)
                if self._stands.is_wanted(number):
                    where = Where(day, hour, number, placement, cell)
                    yield where, Figures(expected=expected, pending=pending)
        yield from self._less.rows()

    def _earliest_open(self) -> int:
        """Before that instant all is folded."""
        selection = self._selection
        if self._around.recounted:
            return self._start_of(selection.from_day)
        open_from = [
            one.folded.stop if selection.from_day in one.folded else selection.from_day
            for one in self._progress.values()
        ]
        return self._around.civil.start_of(min(open_from, default=selection.from_day))

    def _count_screen(self, screen: int) -> None:
        progress = self._progress.get(screen)
        tenures = self._tenures.get(screen, ())
        if progress is None or not tenures:
            return
        until_ms = min(self._owing.cut(progress), self._until_ms)
        for start_ms, end_ms in self._open_stretches(progress, until_ms):
            for bucket in self._stands.buckets(screen, start_ms, end_ms):
                placement = self._stands.at(screen, bucket.from_ms)
                if placement is not None:
                    sums = self._sums_at(bucket, placement)
                    for tenure in tenures:
                        for campaign, plays, waited in self._owing.plays(tenure, progress, bucket):
                            counts = sums.setdefault(campaign, [0, 0])
                            counts[0] += plays
                            counts[1] += waited

    def _sums_at(self, bucket: Bucket, placement: int) -> Counts:
        """Expected and pending by campaign of what the report doesn't tell apart."""
        cell = self._selection.spots[placement].cell
        group = self._selection.group_by
        if group not in {"screen", "venue"}:
            placement = 0
        if group in {"campaign", "day", "hour"}:
            cell = 0
        return self._sums.setdefault((bucket.day, bucket.hour, placement, cell), {})

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
