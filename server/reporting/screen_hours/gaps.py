"""Gaps between one confirmed play of a campaign and its next, start to start."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from playlists.windows import Span


class Start(NamedTuple):
    """When a play really began, and when its slot did; ms since 1970 UTC."""

    at_ms: int
    slot_ms: int


class Gap(NamedTuple):
    """From the start of a play to the start of the campaign's next one, which `later` is."""

    earlier: Start
    later: Start

    @property
    def ms(self) -> int:
        """Its length."""
        return self.later.at_ms - self.earlier.at_ms


@dataclass(frozen=True)
class Gaps:
    """Some gaps together."""

    count: int = 0
    total_ms: int = 0
    worst: Gap | None = None

    @property
    def average_ms(self) -> int | None:
        """None if there is none."""
        return round(self.total_ms / self.count) if self.count else None

    @property
    def worst_ms(self) -> int | None:
        """The longest; None if there is none."""
        return self.worst.ms if self.worst else None


def gaps_between(starts: Iterable[Start], open_spans: Sequence[Span]) -> Iterator[Gap]:
    """The gaps of one campaign's plays on one screen, in order of time.

    `open_spans` are sorted and disjoint. Two plays between which the screen was closed make none.
    """
    lows = [low for low, _ in open_spans]
    for earlier, later in pairwise(sorted(starts, key=lambda one: (one.slot_ms, one.at_ms))):
        place = bisect_right(lows, earlier.slot_ms) - 1
        if place >= 0 and later.slot_ms < open_spans[place][1]:
            yield Gap(earlier, later)


def summed(gaps: Iterable[Gap]) -> Gaps:
    """The number, the total length, and the longest (of equal ones the first)."""
    found = list(gaps)
    lengths = [later.at_ms - earlier.at_ms for earlier, later in found]
    longest = max(lengths, default=0)
    return Gaps(len(found), sum(lengths), found[lengths.index(longest)] if found else None)
