"""Small moves on a loop's order, made if they cost little enough."""

from typing import NamedTuple

from playlists.search.timeline import NOBODY, Timeline
from playlists.search.tracks import Thread, Tracks

NO_TRACKS = (-1, -1)


class _Move(NamedTuple):
    """The play at `low` goes behind the one at `high`, that one before it, or both.

    The other is `NOBODY`. `begin` and `end` are the positions between (none if begin > end), which
    start `shift_ms` later; the first play starts `on_ms` later, the last `span_ms` sooner.
    """

    low: int
    first: int
    last: int
    begin: int
    end: int
    shift_ms: int
    on_ms: int
    span_ms: int
    own: tuple[int, int]
    """The campaigns of both."""


class Moves:
    """Tries moves on a timeline and keeps its items and campaigns up to date.

    The plays between start later by the difference of the lengths removed and inserted before them;
    if that is 0 (two plays of one length) they are skipped.
    """

    __slots__ = ("campaigns", "cost_alone", "durations", "items", "line", "order", "starts")

    def __init__(self, line: Timeline, items: Tracks, campaigns: Tracks) -> None:
        self.line = line
        self.items = items
        self.campaigns = campaigns
        self.order, self.starts, self.durations = line.order, line.starts, line.durations
        self.cost_alone = items.cost_alone

    def attempt(self, low: int, high: int, first: int, last: int, slack: int) -> None:
        """Put `first` (at `low`) behind the play at `high`, and `last` (there) before it at `low`.

        One of them may be `NOBODY`. Nothing changes if that costs more than `slack`.
        """
        starts, durations = self.starts, self.durations
        span_ms = starts[high] - starts[low]
        on_ms = span_ms + durations[self.order[high]] - durations[first]
        # Most moves are turned down by what the moved plays' own items would cost.
        change = 0
        if first != NOBODY:
            change = self.cost_alone(first, on_ms, span_ms)
        if last != NOBODY:
            change += self.cost_alone(last, -span_ms, span_ms)
        if change > slack:
            return
        campaign_of = self.campaigns.track_of
        move = _Move(
            low=low,
            first=first,
            last=last,
            begin=low + (first != NOBODY),
            end=high - (last != NOBODY),
            shift_ms=durations[last] - durations[first],
            on_ms=on_ms,
            span_ms=span_ms,
            own=(campaign_of[first], campaign_of[last]),
        )
        change += self._cost_between(move)
        if change <= slack:
            self._finish(move, slack - change)

    def _cost_between(self, move: _Move) -> int:
        """The cost of shifting the plays between, for all tracks but the moved plays' campaigns."""
        if move.shift_ms == 0 or move.begin > move.end:
            return 0
        begin, end, by_ms = move.begin, move.end, move.shift_ms
        return self.items.cost_together(begin, end, by_ms, NO_TRACKS) + (
            self.campaigns.cost_together(begin, end, by_ms, move.own)
        )

    def _finish(self, move: _Move, slack: int) -> None:
        """Cost the moved plays' campaigns too, and make the move if the total pays."""
        plays = self.line.order[move.begin : move.end + 1]
        if move.first != NOBODY:
            plays.append(move.first)
        if move.last != NOBODY:
            plays.insert(0, move.last)
        threads = []
        for track in set(move.own):
            if track >= 0:
                thread = self.campaigns.thread(track, move.low, plays)
                slack -= thread.change
                threads.append(thread)
        if slack >= 0:
            self._make(move, plays, threads)

    def _make(self, move: _Move, plays: list[int], threads: list[Thread]) -> None:
        if move.shift_ms != 0 and move.begin <= move.end:
            begin, end, by_ms = move.begin, move.end, move.shift_ms
            self.items.move_together(begin, end, by_ms, NO_TRACKS)
            self.campaigns.move_together(begin, end, by_ms, move.own)
        self.items.move_alone(move.first, move.on_ms)
        self.items.move_alone(move.last, -move.span_ms)
        for thread in threads:
            self.campaigns.link(thread)
        self.line.write(move.low, plays)
