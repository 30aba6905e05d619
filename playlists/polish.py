"""Threshold accepting on a loop's order: small moves that make the gaps more even."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from playlists.chance import Chance
from playlists.moves import Moves
from playlists.prices import CAMPAIGN_WEIGHT, Prices, campaign_rules, item_rule
from playlists.rows import Row, Token
from playlists.timeline import NOBODY, Timeline
from playlists.tracks import Tracks

ITEM_FLOOR = 0.06
CAMPAIGN_FLOOR = 0.2
"""Errors of the longest gap below which nothing is gained by pressing on it alone."""
ITEM_PRESSURE = 2.4
CAMPAIGN_PRESSURE = 0.2
CAMPAIGN_SCORE = 0.3
"""How much the worst errors weigh beside the mean of all (docs/algorithms/spacing.md)."""
REACH = 6
"""How far a blind move goes, in plays."""
FARTHEST = 24
ONE_ALONE = 1 << 31
"""The bit that decides whether one play moves alone or two are exchanged."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: `epochs` of `moves` each, the threshold falling from `heat` to 0.

    An order of few plays gets no more than it has pairs of places, both ways and twice.
    """

    epochs: int
    moves: int
    heat: float


@dataclass(frozen=True, slots=True)
class Polished:
    """An order, and how uneven it is: the squared errors of the worst and the mean of all."""

    order: list[Token]
    unevenness: float


def polish(rows: Sequence[Row], tokens: Sequence[Token], effort: Effort) -> Polished:
    """A more even order of the same plays; the same input gives the same order everywhere."""
    if len(tokens) < 4:
        return Polished(list(tokens), 0.0)
    order, unevenness = _Search(rows, tokens).run(effort)
    return Polished([tokens[play] for play in order], unevenness)


class _Search:
    """One search: the timeline, its tracks of items and campaigns, and a random sequence."""

    def __init__(self, rows: Sequence[Row], tokens: Sequence[Token]) -> None:
        self.line = Timeline([rows[row].durations_ms[turn] for row, turn in tokens])
        self.items = self._item_tracks(rows, tokens)
        self.campaigns = self._campaign_tracks(rows, tokens)
        self.moves = Moves(self.line, self.items, self.campaigns)
        self.size = len(tokens)
        self.draw = Chance().draw

    def _item_tracks(self, rows: Sequence[Row], tokens: Sequence[Token]) -> Tracks:
        prices = [Prices(item_rule(row), self.line.period_ms) for row in rows]
        alike = [row.plays > 1 and not row.may_repeat for row in rows]
        return Tracks(self.line, prices, [row if alike[row] else -1 for row, _ in tokens])

    def _campaign_tracks(self, rows: Sequence[Row], tokens: Sequence[Token]) -> Tracks:
        rules, rule_of = campaign_rules(rows)
        prices = [Prices(rule, self.line.period_ms) for rule in rules]
        return Tracks(self.line, prices, [rule_of[row] for row, _ in tokens])

    def run(self, effort: Effort) -> tuple[list[int], float]:
        """Search for `effort`; the best order of plays that an epoch ended with, and its score."""
        best_score, best = self._score(), list(self.line.order)
        moves = min(effort.moves, 2 * self.size * self.size)
        for epoch in range(effort.epochs):
            self.line.rotate(self.draw() % self.size)
            self._press()
            left = 1.0 - epoch / effort.epochs
            self._epoch(moves, effort.heat * left * left)
            score = self._score()
            if score < best_score:
                best_score, best = score, list(self.line.order)
        return best, best_score

    def _press(self) -> None:
        """Make an error as large as the worst cost `size` x pressure x its square."""
        self._press_on(self.items, ITEM_FLOOR, ITEM_PRESSURE)
        self._press_on(self.campaigns, CAMPAIGN_FLOOR, CAMPAIGN_PRESSURE / CAMPAIGN_WEIGHT)

    def _press_on(self, tracks: Tracks, floor: float, pressure: float) -> None:
        worst = max(floor, tracks.worst_error())
        square = worst * worst
        tracks.steepen(self.size * pressure / (square * square * square))

    def _score(self) -> float:
        """Squared errors of the worst item, the worst campaign, and the mean of all."""
        self.items.steepen(0.0)
        self.campaigns.steepen(0.0)
        total = sum(self.items.costs) + sum(self.campaigns.costs)
        item, campaign = self.items.worst_error(), self.campaigns.worst_error()
        return item * item + CAMPAIGN_SCORE * campaign * campaign + total / self.size

    def _epoch(self, moves: int, heat: float) -> None:
        draw, attempt, size = self.draw, self.moves.attempt, self.size
        order, positions = self.line.order, self.line.positions
        for _ in range(moves):
            play = self._costliest(draw())
            here = positions[play]
            bits = draw()
            there = self._goal(play, here, bits)
            low, high = (here, there) if here < there else (there, here)
            if low == high or low < 0 or high >= size or high - low > FARTHEST:
                continue
            first, last = order[low], order[high]
            if bits & ONE_ALONE:
                first, last = (first, NOBODY) if here == low else (NOBODY, last)
            attempt(low, high, first, last, heat * (bits >> 32 & 1023) / 1024)

    def _costliest(self, bits: int) -> int:
        """The costliest of three plays."""
        costs, more, size = self.items.costs, self.campaigns.costs, self.size
        play, other, third = bits % size, (bits >> 16) % size, (bits >> 32) % size
        if costs[other] + more[other] > costs[play] + more[play]:
            play = other
        if costs[third] + more[third] > costs[play] + more[play]:
            play = third
        return play

    def _goal(self, play: int, here: int, bits: int) -> int:
        """Where to: mostly half-way between the neighbouring plays, else near by."""
        tracks = self.items
        if tracks.track_of[play] < 0 or not bits & 7:
            return here + (bits >> 4) % (2 * REACH + 1) - REACH
        if self.campaigns.costs[play] > tracks.costs[play]:
            tracks = self.campaigns
        nudge = (bits >> 4 & 3) - (bits >> 6 & 1) - 1
        middle_ms = self.line.starts[here] + tracks.off_ms(play) // 2
        return bisect_left(self.line.starts, middle_ms) + nudge
