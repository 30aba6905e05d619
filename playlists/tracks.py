"""How even the starts of each item (or campaign) are, kept up to date while plays are moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

REPEAT = 1.0
BROKEN_GAP = 20.0


@dataclass(frozen=True, slots=True)
class Track:
    """One cyclic sequence of starts whose gaps should all be `ideal` = period / plays.

    `repeat_ms` is the gap at which a play follows itself at once (0: that doesn't matter). Only
    `counted` tracks make the worst error.
    """

    plays: int
    weight: float
    counted: bool = True
    repeat_ms: int = 0
    min_gap_ms: int = 0
    max_gap_ms: int = 0


class Timeline:
    """The loop under work: an order of tokens and where each of them starts."""

    __slots__ = ("durations", "order", "period_ms", "starts")

    def __init__(self, order: list[int], durations: Sequence[int]) -> None:
        self.order = order
        self.durations = durations
        self.starts: list[int] = []
        self.period_ms = 0
        self.lay_out()

    def lay_out(self) -> None:
        """Work out all starts anew."""
        at_ms = 0
        self.starts.clear()
        for token in self.order:
            self.starts.append(at_ms)
            at_ms += self.durations[token]
        self.period_ms = at_ms

    def rotate(self, by: int) -> None:
        """Begin the loop `by` plays later."""
        self.order[:] = self.order[by:] + self.order[:by]
        self.lay_out()

    def write(self, low: int, tokens: Sequence[int]) -> None:
        """Put the tokens at positions from `low`; together they last as long as those there."""
        at_ms = self.starts[low]
        for position, token in enumerate(tokens, low):
            self.order[position] = token
            self.starts[position] = at_ms
            at_ms += self.durations[token]


class Tracks:
    """All tracks of one kind (items, or campaigns) over a timeline.

    `track_of` maps a token to its track, -1 for none. Only + - * on floats and whole numbers are
    used, which IEEE 754 fixes to the last bit, so every machine finds the same costs.
    """

    __slots__ = (
        "_after",
        "_before",
        "_known",
        "costs",
        "following",
        "inverse",
        "line",
        "preceding",
        "steepness",
        "track_of",
        "tracks",
    )

    def __init__(self, line: Timeline, tracks: Sequence[Track], track_of: Sequence[int]) -> None:
        self.line = line
        self.tracks = tracks
        self.track_of = track_of
        self.inverse = [track.plays / line.period_ms for track in tracks]
        self.steepness = 0.0
        size = len(line.order)
        self.preceding = [0] * size
        self.following = [0] * size
        self.costs = [0.0] * size
        self._known: list[dict[int, float]] = [{} for _ in tracks]
        self._before = [0] * len(tracks)
        self._after = [0] * len(tracks)

    def gap_cost(self, track: int, gap_ms: int) -> float:
        """What a gap costs: its squared error, and steeply more when it is far too long."""
        known = self._known[track].get(gap_ms)
        if known is not None:
            return known
        rule = self.tracks[track]
        error = gap_ms * self.inverse[track] - 1.0
        square = error * error
        cost = square
        if error > 0:
            fourth = square * square
            cost += self.steepness * fourth * fourth
        cost *= rule.weight
        if gap_ms <= rule.repeat_ms:
            cost += REPEAT
        if gap_ms < rule.min_gap_ms or 0 < rule.max_gap_ms < gap_ms:
            cost += BROKEN_GAP * (1.0 + square)
        self._known[track][gap_ms] = cost
        return cost

    def steepen(self, steepness: float) -> None:
        """Set how much gaps that are far too long cost; `recount` must follow."""
        self.steepness = steepness
        for known in self._known:
            known.clear()

    def recount(self) -> float:
        """Find all neighbours and costs anew; the sum of costs."""
        last: dict[int, int] = {}
        first: dict[int, int] = {}
        for position, token in enumerate(self.line.order):
            track = self.track_of[token]
            if track >= 0:
                self._link(last.get(track, -1), position)
                first.setdefault(track, position)
                last[track] = position
        for track, position in first.items():
            self._link(last[track], position)
        self.costs = [0.0] * len(self.line.order)
        return self._price(
            p for p, token in enumerate(self.line.order) if self.track_of[token] >= 0
        )

    def worst_error(self) -> float:
        """The longest gap over its ideal, less 1, of all counted tracks."""
        worst = 0.0
        for position, token in enumerate(self.line.order):
            track = self.track_of[token]
            if track >= 0 and self.tracks[track].counted:
                worst = max(worst, self._gap_ms(position) * self.inverse[track] - 1.0)
        return worst

    def cost_now(self, low: int, high: int) -> float:
        """The cost of all gaps that begin or end at positions low..high; -1.0 if not movable.

        Remembers for `cost_of` what lies outside. A window isn't movable when it holds all of a
        track's plays, for then a gap would run around the whole loop from one end to the other.
        """
        order, track_of, starts = self.line.order, self.track_of, self.line.starts
        preceding, following, costs = self.preceding, self.following, self.costs
        period_ms, before, after = self.line.period_ms, self._before, self._after
        total = 0.0
        for position in range(low, high + 1):
            track = track_of[order[position]]
            if track < 0:
                continue
            total += costs[position]
            other = preceding[position]
            if other < low:
                before[track] = starts[other]
            elif other > position:
                if other <= high:
                    return -1.0
                before[track] = starts[other] - period_ms
            other = following[position]
            if other > high:
                after[track] = starts[other]
                total += costs[other]
            elif other < position:
                after[track] = starts[other] + period_ms
                total += costs[other]
        return total

    def cost_of(self, low: int, tokens: Sequence[int], limit: float) -> float:
        """What `cost_now` would be with these tokens from `low`; may stop once above `limit`."""
        track_of, durations, known = self.track_of, self.line.durations, self._known
        before, after = self._before, self._after
        at_ms = self.line.starts[low]
        total = 0.0
        for token in tokens:
            track = track_of[token]
            if track >= 0:
                gap_ms = at_ms - before[track]
                before[track] = at_ms
                cost = known[track].get(gap_ms)
                total += self.gap_cost(track, gap_ms) if cost is None else cost
                if total > limit:
                    return total
            at_ms += durations[token]
        for token in tokens:
            track = track_of[token]
            if track >= 0 and after[track]:
                gap_ms = after[track] - before[track]
                after[track] = 0
                cost = known[track].get(gap_ms)
                total += self.gap_cost(track, gap_ms) if cost is None else cost
        return total

    def middle_ms(self, position: int) -> int:
        """Half-way between the plays before and after in the same track."""
        starts, before, after = self.line.starts, self.preceding[position], self.following[position]
        both_ms = starts[before] + starts[after]
        if before >= position:
            both_ms -= self.line.period_ms
        if after <= position:
            both_ms += self.line.period_ms
        return both_ms // 2

    def ends(self, low: int, high: int) -> dict[int, tuple[int, int]]:
        """For each track in the window its nearest positions outside: before and after."""
        found: dict[int, tuple[int, int]] = {}
        for position in range(low, high + 1):
            track = self.track_of[self.line.order[position]]
            if track >= 0:
                before = found[track][0] if track in found else self.preceding[position]
                found[track] = (before, self.following[position])
        return found

    def relink(self, low: int, high: int, ends: dict[int, tuple[int, int]]) -> None:
        """Bring neighbours and costs up to date after the window was written anew."""
        last = {track: before for track, (before, _) in ends.items()}
        changed = []
        for position in range(low, high + 1):
            track = self.track_of[self.line.order[position]]
            if track >= 0:
                self._link(last[track], position)
                last[track] = position
                changed.append(position)
        for track, (_, after) in ends.items():
            self._link(last[track], after)
            changed.append(after)
        self._price(changed)

    def _link(self, before: int, position: int) -> None:
        if before >= 0:
            self.preceding[position] = before
            self.following[before] = position

    def _gap_ms(self, position: int) -> int:
        other = self.preceding[position]
        gap_ms = self.line.starts[position] - self.line.starts[other]
        return gap_ms if other < position else gap_ms + self.line.period_ms

    def _price(self, positions: Iterable[int]) -> float:
        total = 0.0
        for position in positions:
            track = self.track_of[self.line.order[position]]
            cost = self.gap_cost(track, self._gap_ms(position))
            self.costs[position] = cost
            total += cost
        return total
