"""How evenly loops are built beside known orders: `python -m tests.bench.loops [HOURS] [SEED]`.

Prints each figure beside its bound and exits with 1 if one is missed, or if the two forms of the
search differ by a byte.
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from playlists.search.compiled import compiled
from playlists.search.polish import polish
from playlists.search.rows import Row, Token
from playlists.spread.spacing import spread
from tests.bench.hours import (
    Order,
    hours,
    interleaved,
    listed_by_hand,
    score,
    smooth_weighted,
    stride,
)

OTHERS: dict[str, Order] = {
    "listed by hand": listed_by_hand,
    "interleave": interleaved,
    "stride": stride,
    "smooth weighted round robin": smooth_weighted,
}
FIRST_GOOD_ANSWER: Order = partial(spread, quick=True)
IN_PYTHON: Order = partial(spread, form=polish)
FIRST_IN_PYTHON: Order = partial(spread, quick=True, form=polish)
SEED = 102
"""Hours that had no part in choosing the search's constants, chosen because they are hard."""
ALSO_IN_PYTHON = 5
"""Each so many hours are ordered by the form without a compiler too."""


@dataclass(slots=True)
class Run:
    """One order's figures, a number for each hour."""

    item: list[float] = field(default_factory=list)
    campaign: list[float] = field(default_factory=list)
    cv: list[float] = field(default_factory=list)
    repeats: int = 0
    """Those that could have been avoided."""
    miscounted: int = 0
    """Items that have another number of plays than asked for, so also every broken floor."""
    orders: list[list[Token]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, rows: Sequence[Row], order: Sequence[Token], seconds: float) -> None:
        """Add an hour; `seconds` are of the CPU."""
        found = score(rows, order)
        given = Counter(index for index, _ in order)
        self.item.append(found.worst_gap_ratio or 1.0)
        self.campaign.append(found.worst_campaign_gap_ratio or 1.0)
        self.cv.append(found.pooled_cv or 0.0)
        self.repeats += found.back_to_back - unavoidable_repeats(rows)
        self.miscounted += sum(given[index] != row.plays for index, row in enumerate(rows))
        self.orders.append(list(order))
        self.seconds.append(seconds)

    def __str__(self) -> str:
        return (
            f"item {statistics.mean(self.item):6.3f} / {max(self.item):6.3f}"
            f"  campaign {statistics.mean(self.campaign):6.3f} / {max(self.campaign):6.3f}"
            f"  CV {statistics.mean(self.cv):.3f}  repeats {self.repeats:5}"
            f"  CPU {statistics.mean(self.seconds):.3f} / {max(self.seconds):.3f} s"
        )


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure must not be beyond."""

    name: str
    figure: float
    at_most: float | None = None
    at_least: float | None = None

    def holds(self) -> bool:
        """Whether the figure keeps to it."""
        return (self.at_most is None or self.figure <= self.at_most) and (
            self.at_least is None or self.figure >= self.at_least
        )

    def __str__(self) -> str:
        bound = f"at most {self.at_most}" if self.at_least is None else f"at least {self.at_least}"
        return f"{self.name:44} {self.figure:8.3f}  {bound:14} {'' if self.holds() else 'MISSED'}"


def unavoidable_repeats(rows: Sequence[Row]) -> int:
    """An item with n of N plays follows itself max(0, 2 n - N) times."""
    return max(0, 2 * max(row.plays for row in rows) - sum(row.plays for row in rows))


def run(order: Order, asked: Sequence[Sequence[Row]]) -> Run:
    """Order all hours."""
    found = Run()
    for rows in asked:
        began = time.process_time()
        tokens = order(rows)
        found.add(rows, tokens, time.process_time() - began)
    return found


def hardness(others: dict[str, Run]) -> list[Bound]:
    """The hours must be such that simpler orders fail on them."""
    least = {"listed by hand": 12.0, "interleave": 3.3, "smooth weighted round robin": 1.45}
    return [
        Bound(f"{name}: worst item, mean", statistics.mean(others[name].item), at_least=bound)
        for name, bound in least.items()
    ]


def promises(ours: Run) -> list[Bound]:
    """The bounds of our order in docs/algorithms/spacing.md."""
    return [
        Bound("ours: worst item, mean", statistics.mean(ours.item), 1.12),
        Bound("ours: worst item, max", max(ours.item), 1.30),
        Bound("ours: worst campaign, mean", statistics.mean(ours.campaign), 1.35),
        Bound("ours: pooled CV, mean", statistics.mean(ours.cv), 0.075),
        Bound("ours: avoidable repeats", ours.repeats, 0),
        Bound("ours: broken floors and wrong counts", ours.miscounted, 0),
    ]


def times(ours: Run, quick: Run) -> list[Bound]:
    """What a loop may take of one core, in s."""
    return [
        Bound("ours: CPU time of a loop, max", max(ours.seconds), 1.0),
        Bound("ours: of a first good answer, max", max(quick.seconds), 0.05),
    ]


def python_form(asked: Sequence[Sequence[Row]], ours: Run, quick: Run) -> list[Bound]:
    """Its time, and whether its orders are those of the form that this machine uses."""
    some = asked[::ALSO_IN_PYTHON]
    slow, first = run(IN_PYTHON, some), run(FIRST_IN_PYTHON, some)
    print(f"{'ours, Python form':28} {slow}  ({len(some)} hours)")
    pairs = [(slow.orders, ours.orders), (first.orders, quick.orders)]
    differing = sum(
        mine != theirs
        for own, others in pairs
        for mine, theirs in zip(own, others[::ALSO_IN_PYTHON], strict=True)
    )
    return [
        Bound("Python form: orders that differ", differing, 0),
        Bound("Python form: first good answer, max", max(first.seconds), 0.05),
    ]


def mixed_hours(count: int, seed: int) -> list[list[Row]]:
    """A quarter has campaigns of one item only, the rest of one to four."""
    return hours(count - count // 4, seed) + hours(count // 4, seed + 1, campaign_items=(1,))


def describe(asked: Sequence[Sequence[Row]], seed: int) -> str:
    """How many hours, and the range of their items and plays."""
    plays = [sum(row.plays for row in rows) for rows in asked]
    items = [sum(row.counted for row in rows) for rows in asked]
    return (
        f"{len(asked)} hours (seed {seed}) of {min(items)}-{max(items)} items in campaigns and "
        f"{min(plays)}-{max(plays)} plays; mean / max of each hour's figure"
    )


def main() -> int:
    """Draw the hours, compare, and report whether all bounds hold."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    asked = mixed_hours(count, seed)
    print(describe(asked, seed))
    others = {name: run(order, asked) for name, order in OTHERS.items()}
    quick, ours = run(FIRST_GOOD_ANSWER, asked), run(spread, asked)
    for name, found in {**others, "ours, first good answer": quick, "ours": ours}.items():
        print(f"{name:28} {found}")
    bounds = hardness(others) + promises(ours) + times(ours, quick)
    if compiled():
        bounds += python_form(asked, ours, quick)
    print(*bounds, sep="\n")
    return 0 if all(bound.holds() for bound in bounds) else 1


if __name__ == "__main__":
    sys.exit(main())
