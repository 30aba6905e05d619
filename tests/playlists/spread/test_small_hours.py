"""Small hours, solved by trying every order: how often the search finds the best."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest

from playlists.search.rows import Row
from playlists.spread.spacing import spread
from tests.bench.hours import score

HOURS = 16
FOUND_AT_LEAST = 14


def test_the_search_finds_the_most_even_order_of_small_hours() -> None:
    chance = Random(20_261_125)
    asked = [small_hour(chance) for _ in range(HOURS)]
    best = [least_worst_ratio(rows) for rows in asked]

    ours = [score(rows, spread(rows)).worst_gap_ratio or 1.0 for rows in asked]

    found = sum(mine <= least + 1e-9 for mine, least in zip(ours, best, strict=True))
    print(f"best order found in {found} of {HOURS} small hours")
    assert all(mine >= least - 1e-9 for mine, least in zip(ours, best, strict=True))
    assert found >= FOUND_AT_LEAST


@pytest.mark.parametrize(
    ("rows", "ratio"),
    [
        # a at 0 and, after its own 20 s and the longer of the others, at 50 of 80 s: 50 over 40
        ([Row(2, (20_000,)), Row(1, (10_000,)), Row(1, (30_000,))], 1.25),
        ([Row(3, (5_000,)), Row(3, (9_000,))], 1.0),
        # a a a b: it must follow itself twice, then the gap around b is 15 of 20 s, ideal 20 / 3
        ([Row(3, (5_000,)), Row(1, (5_000,))], 1.5),
    ],
)
def test_checking_every_order_is_right_where_the_answer_is_known(
    rows: list[Row], ratio: float
) -> None:
    assert least_worst_ratio(rows) == ratio


def small_hour(chance: Random) -> list[Row]:
    """Six to nine plays of three to five items that last 5 to 30 s."""
    items = chance.randint(3, 5)
    plays = [1] * items
    for _ in range(chance.randint(6, 9) - items):
        plays[chance.randrange(items)] += 1
    return [Row(n, (chance.randrange(5, 31) * 1000,)) for n in plays]


def least_worst_ratio(rows: Sequence[Row]) -> float:
    """The least worst ratio of all orders around the cycle without an avoidable repeat."""
    every = _EveryOrder(rows)
    every.go_on([], 0, every.repeats)
    return every.least / every.period_ms


class _EveryOrder:
    """Goes through all orders that begin with row 0, but leaves those that are already worse."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.plays = [row.plays for row in rows]
        self.lengths = [row.durations_ms[0] for row in rows]
        self.size = sum(self.plays)
        self.period_ms = sum(n * length for n, length in zip(self.plays, self.lengths, strict=True))
        self.repeats = max(0, 2 * max(self.plays) - self.size)
        self.starts: list[list[int]] = [[] for _ in rows]
        self.least = self.period_ms * self.size
        """The longest gap times its row's plays, of the best order so far."""

    def go_on(self, order: list[int], at_ms: int, repeats: int) -> None:
        """Try every play at `at_ms`; so many repeats may still come."""
        if len(order) == self.size:
            if repeats >= (order[0] == order[-1]):
                self.least = min(self.least, max(map(self._worst, range(len(self.plays)))))
            return
        for row in range(len(self.plays)) if order else [0]:
            own, spent = self.starts[row], bool(order) and row == order[-1]
            if len(own) == self.plays[row] or repeats < spent:
                continue
            own.append(at_ms)
            if self._worst(row) < self.least:
                self.go_on([*order, row], at_ms + self.lengths[row], repeats - spent)
            own.pop()

    def _worst(self, row: int) -> int:
        """The row's longest gap so far, around the cycle too if all its plays have their starts."""
        own, plays = self.starts[row], self.plays[row]
        ends = [*own, own[0] + self.period_ms] if len(own) == plays else own
        gaps = [after - before for before, after in pairwise(ends)]
        return plays * max(gaps, default=0)
