"""The cost of gaps between the plays of one track: the less even, the more, in whole numbers."""

from dataclasses import dataclass

ONE = 4096
"""An error of 1: a gap twice as long as its ideal. Costs are in squares of errors."""
REPEAT = ONE * ONE
BROKEN_GAP = 5 * REPEAT
BROKEN_BY = 100 * ONE
"""A gap that was ruled out costs `BROKEN_GAP`, and twenty times that for an error of 1 beside the
limit: five gaps that are a little short are better than one of half the length."""
KEPT = 8192
"""Prices that a track keeps, 0.7 MB: the gaps of an hour are mostly the same few thousand."""
GREATEST_ERROR = 32 * ONE
GREATEST_FACTOR = 1 << 20
"""Beyond these nothing gets dearer, so that all sums stay below 2^63."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One track, an item or a campaign: its gaps should all be the ideal, period / plays.

    `inverse` is 2^40 / ideal in ms. Errors weigh `weight` / 256; those too long cost their square
    times `steepness` / 2^28 more, squared again. `repeat_ms` is the gap at which a play follows
    itself at once (0: that doesn't matter). Only `counted` tracks make the worst error.
    """

    inverse: int
    weight: int
    steepness: int = 0
    repeat_ms: int = 0
    min_gap_ms: int = 0
    max_gap_ms: int = 0
    counted: bool = True

    def error(self, gap_ms: int) -> int:
        """The excess of the gap over its ideal, in parts of `ONE`."""
        return (gap_ms * self.inverse >> 28) - ONE

    def cost(self, gap_ms: int, steepness: int = 0) -> int:
        """The weighed square of the error, and what else is wrong with the gap."""
        error = min(self.error(gap_ms), GREATEST_ERROR)
        square = error * error
        cost = square * self.weight >> 8
        if error > 0 and steepness:
            cost += square * min(square * steepness >> 28, GREATEST_FACTOR)
        if gap_ms <= self.repeat_ms:
            cost += REPEAT
        if gap_ms < self.min_gap_ms:
            cost += BROKEN_GAP + BROKEN_BY * (ONE - gap_ms * ONE // self.min_gap_ms)
        if 0 < self.max_gap_ms < gap_ms:
            cost += BROKEN_GAP + BROKEN_BY * (gap_ms * ONE // self.max_gap_ms - ONE)
        return cost


class Prices(dict[int, int]):
    """A cache of the cost of each gap in ms; emptied when it is full."""

    __slots__ = ("_rule",)

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, gap_ms: int) -> int:
        if len(self) >= KEPT:
            self.clear()
        self[gap_ms] = cost = self._rule.cost(gap_ms, self._rule.steepness)
        return cost
