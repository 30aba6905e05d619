"""The evenness of the plays of each item (or campaign), updated while plays are moved."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from playlists.search.prices import Prices
from playlists.search.problem import Kind
from playlists.search.timeline import Timeline

IMPOSSIBLE = 1 << 61


class Thread(NamedTuple):
    """A track within a window after a move: the change of its cost, and its new links."""

    change: int
    links: list[tuple[int, int, int]]
    """Pairs of neighbours and the gap between their starts in ms."""


class Tracks:
    """All tracks of one kind (items, or campaigns) over a timeline.

    `track_of` maps a play to its track, -1 for none and for `NOBODY`; `gaps` and `costs` are those
    before a play. `low` and `high` are positions, both inclusive; no window reaches around the
    loop's end.
    """

    __slots__ = (
        "costs",
        "following",
        "gaps",
        "line",
        "preceding",
        "prices",
        "rules",
        "track_of",
    )

    def __init__(self, line: Timeline, kind: Kind) -> None:
        size = len(line.order)
        self.line = line
        self.rules = kind.rules
        self.prices = [Prices(rule) for rule in kind.rules]
        self.track_of = [*kind.track_of, -1]
        self.preceding = [0] * size
        self.following = [0] * size
        self.gaps = [0] * size
        self.costs = [0] * size
        self.thread_all()

    def worst_error(self) -> int:
        """By how much the longest gap of all counted tracks is longer than its ideal."""
        worst = 0
        for play, track in enumerate(self.track_of):
            if track >= 0 and self.rules[track].counted:
                worst = max(worst, self.rules[track].error(self.gaps[play]))
        return worst

    def plain_costs(self) -> int:
        """The cost of all gaps without the extra weight of the longest."""
        return sum(
            self.rules[track].cost(self.gaps[play])
            for play, track in enumerate(self.track_of)
            if track >= 0
        )

    def cost_alone(self, play: int, by_ms: int, span_ms: int) -> int:
        """The change of its track's cost if only this play starts `by_ms` later.

        It passes the plays that start up to `span_ms` from it, which must not be of its own track.
        """
        track = self.track_of[play]
        if track < 0:
            return 0
        gaps, costs, after = self.gaps, self.costs, self.following[play]
        if gaps[after if by_ms > 0 else play] <= span_ms:
            return IMPOSSIBLE
        prices = self.prices[track]
        return prices[gaps[play] + by_ms] - costs[play] + prices[gaps[after] - by_ms] - costs[after]

    def cost_together(self, low: int, high: int, by_ms: int, left_out: tuple[int, int]) -> int:
        """The change of cost of all tracks but two if the plays low..high start `by_ms` later."""
        order, starts, track_of = self.line.order, self.line.starts, self.track_of
        gaps, costs, following = self.gaps, self.costs, self.following
        first_ms, last_ms = starts[low], starts[high]
        change = 0
        for position in range(low, high + 1):
            play = order[position]
            track = track_of[play]
            if track < 0 or track in left_out:
                continue
            prices = self.prices[track]
            if gaps[play] > starts[position] - first_ms:
                change += prices[gaps[play] + by_ms] - costs[play]
            after = following[play]
            if gaps[after] > last_ms - starts[position]:
                change += prices[gaps[after] - by_ms] - costs[after]
        return change

    def thread(self, track: int, low: int, plays: Sequence[int]) -> Thread:
        """The track with these plays from `low`, in another order than now.

        Impossible if it has no play elsewhere: then a gap would run around the whole loop.
        """
        line, prices, costs = self.line, self.prices[track], self.costs
        now = [play for play in line.order[low : low + len(plays)] if self.track_of[play] == track]
        before, after = self.preceding[now[0]], self.following[now[-1]]
        if before == now[-1]:
            return Thread(IMPOSSIBLE, [])
        before_ms = line.starts[line.positions[now[0]]] - self.gaps[now[0]]
        after_ms = line.starts[line.positions[now[-1]]] + self.gaps[after]
        change = -costs[after]
        for play in now:
            change -= costs[play]
        links = []
        at_ms = line.starts[low]
        for play in plays:
            if self.track_of[play] == track:
                links.append((before, play, at_ms - before_ms))
                before, before_ms = play, at_ms
            at_ms += line.durations[play]
        links.append((before, after, after_ms - before_ms))
        for _, _, gap_ms in links:
            change += prices[gap_ms]
        return Thread(change, links)

    def move_alone(self, play: int, by_ms: int) -> None:
        """Let only this play of its track start `by_ms` later."""
        if self.track_of[play] >= 0:
            self._lengthen(play, by_ms)
            self._lengthen(self.following[play], -by_ms)

    def move_together(self, low: int, high: int, by_ms: int, left_out: tuple[int, int]) -> None:
        """Let the plays low..high of all tracks but two start `by_ms` later."""
        starts = self.line.starts
        first_ms, last_ms = starts[low], starts[high]
        for position in range(low, high + 1):
            play = self.line.order[position]
            track = self.track_of[play]
            if track < 0 or track in left_out:
                continue
            after = self.following[play]
            if self.gaps[play] > starts[position] - first_ms:
                self._lengthen(play, by_ms)
            if self.gaps[after] > last_ms - starts[position]:
                self._lengthen(after, -by_ms)

    def link(self, thread: Thread) -> None:
        """Make a thread's links those of its track."""
        for before, play, gap_ms in thread.links:
            self.preceding[play] = before
            self.following[before] = play
            self.gaps[play] = gap_ms
            self.costs[play] = self.prices[self.track_of[play]][gap_ms]

    def thread_all(self) -> None:
        """Find all neighbours, gaps and costs from the order alone."""
        plays: dict[int, list[int]] = {}
        for play in self.line.order:
            if self.track_of[play] >= 0:
                plays.setdefault(self.track_of[play], []).append(play)
        for own in plays.values():
            self.link(Thread(0, list(self._links(own))))

    def _lengthen(self, play: int, by_ms: int) -> None:
        gap_ms = self.gaps[play] + by_ms
        self.gaps[play] = gap_ms
        self.costs[play] = self.prices[self.track_of[play]][gap_ms]

    def _links(self, own: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        line = self.line
        before, before_ms = own[-1], line.starts[line.positions[own[-1]]] - line.period_ms
        for play in own:
            at_ms = line.starts[line.positions[play]]
            yield before, play, at_ms - before_ms
            before, before_ms = play, at_ms
