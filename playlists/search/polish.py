"""Threshold accepting on a loop's order: small moves that make the gaps more even.

The form that everyone can read, and that `native/search.c` follows move by move.
"""

from collections.abc import Iterator
from itertools import islice

from playlists.search.chance import draws
from playlists.search.moves import Moves
from playlists.search.problem import Effort, Problem
from playlists.search.timeline import NOBODY, Timeline
from playlists.search.tracks import Tracks

REACH = 6
"""The distance of a move, in plays."""
SLACKS = 256
"""The number of thresholds to draw from."""
CAMPAIGN_SCORE = 26
"""The weight of the worst campaign's square in the score; the worst item's is 256."""


def polish(problem: Problem, effort: Effort) -> list[int]:
    """The most even order of the plays that was found; the same on every machine."""
    search = Search(problem)
    return min((search.run(effort, seed) for seed in effort.seeds), key=lambda found: found[0])[1]


class Search:
    """One problem's timeline, with its tracks of items and campaigns."""

    def __init__(self, problem: Problem) -> None:
        self.line = Timeline(problem.durations)
        self.items = Tracks(self.line, problem.items)
        self.campaigns = Tracks(self.line, problem.campaigns)
        self.moves = Moves(self.line, self.items, self.campaigns)
        self.size = len(problem.durations)

    def run(self, effort: Effort, seed: int) -> tuple[int, list[int]]:
        """Search from the initial order; the best order at the end of an epoch, and its score."""
        self._begin()
        chance = draws(seed)
        least, best = self._score(), list(self.line.order)
        for epoch in range(effort.epochs):
            left = effort.epochs - epoch
            self.line.rotate(next(chance) % self.size)
            self._epoch(chance, effort.moves, effort.heat * left * left // effort.epochs**2)
            score = self._score()
            if score < least:
                least, best = score, list(self.line.order)
        return least, best

    def _begin(self) -> None:
        self.line.write(0, range(self.size))
        self.items.thread_all()
        self.campaigns.thread_all()

    def _score(self) -> int:
        """Squared errors of the worst item, the worst campaign, and the mean of all."""
        item, campaign = self.items.worst_error(), self.campaigns.worst_error()
        total = self.items.plain_costs() + self.campaigns.plain_costs()
        return item * item + (campaign * campaign * CAMPAIGN_SCORE >> 8) + total // self.size

    def _epoch(self, chance: Iterator[int], moves: int, heat: int) -> None:
        """Move any play by a few places, or exchange it with the one there.

        Mostly little is allowed, at times more: the fourth power of a chance part of `heat`.
        """
        attempt, order, size = self.moves.attempt, self.line.order, self.size
        slacks = [heat * part**4 >> 32 for part in range(SLACKS)]
        for bits in islice(chance, moves):
            low = (bits >> 32) * size >> 16
            high = low + 1 + ((bits >> 16 & 0xFFFF) * REACH >> 16)
            if high >= size:
                continue
            way = bits >> 8 & 7
            first = NOBODY if way == 0 else order[low]
            last = NOBODY if way == 1 else order[high]
            attempt(low, high, first, last, slacks[bits & 255])
