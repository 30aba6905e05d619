"""Evenness of a loop: gaps from start to start around the cycle (docs/algorithms/spacing.md)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

DWELLS_S = (60, 120, 600)


@dataclass(frozen=True, slots=True)
class Showing:
    """One slot as it counts here; `item` None is uncovered time, `campaign` None is filler."""

    item: str | None
    campaign: str | None
    start_ms: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Filler is left out of all but `back_to_back`; None where there is nothing to measure.

    Ratios are longest gap / ideal gap (1.0 is perfect); `dwell_reach` is, by seconds of stay, the
    share of people who see at least one campaign play begin.
    """

    worst_gap_ratio: float | None
    worst_campaign_gap_ratio: float | None
    pooled_cv: float | None
    back_to_back: int
    dwell_reach: Mapping[int, float]


def measure(showings: Sequence[Showing], period_ms: int) -> Measures:
    """Measure a loop's slots, given in order of time."""
    items: dict[str, list[int]] = defaultdict(list)
    campaigns: dict[str, list[int]] = defaultdict(list)
    for showing in showings:
        if showing.item is not None and showing.campaign is not None:
            items[showing.item].append(showing.start_ms)
            campaigns[showing.campaign].append(showing.start_ms)
    every = sorted(start for starts in items.values() for start in starts)
    return Measures(
        worst_gap_ratio=_worst_ratio(items.values(), period_ms),
        worst_campaign_gap_ratio=_worst_ratio(campaigns.values(), period_ms),
        pooled_cv=_pooled_cv(items.values(), period_ms),
        back_to_back=repeats([showing.item for showing in showings]),
        dwell_reach={dwell: dwell_reach(every, period_ms, dwell) for dwell in DWELLS_S},
    )


def gaps(starts: Sequence[int], period_ms: int) -> list[int]:
    """The gap before each start (sorted), the first one's reaching back around the cycle."""
    return [
        start - (starts[index - 1] if index else starts[-1] - period_ms)
        for index, start in enumerate(starts)
    ]


def repeats(items: Sequence[str | None]) -> int:
    """The number of times that an item directly follows itself, around the cycle."""
    return sum(item is not None and item == items[index - 1] for index, item in enumerate(items))


def dwell_reach(starts: Sequence[int], period_ms: int, dwell_s: int) -> float:
    """The share of people staying `dwell_s` seconds who see at least one of the starts."""
    return sum(min(gap, dwell_s * 1000) for gap in gaps(starts, period_ms)) / period_ms


def _worst_ratio(tracks: Iterable[Sequence[int]], period_ms: int) -> float | None:
    ratios = [max(gaps(starts, period_ms)) * len(starts) / period_ms for starts in tracks]
    return max(ratios, default=None)


def _pooled_cv(tracks: Iterable[Sequence[int]], period_ms: int) -> float | None:
    squares = [
        (gap * len(starts) / period_ms - 1.0) ** 2
        for starts in tracks
        for gap in gaps(starts, period_ms)
    ]
    return sqrt(sum(squares) / len(squares)) if squares else None
