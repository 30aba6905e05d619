"""The slots that overlap some windows, as stretches of time in which they start."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from playlists.windows import Span, union
from server.foundation.civil_time import Civil
from server.foundation.durations import HOUR_MS

LONGEST_MS: Final = HOUR_MS
"""No slot is longer than a loop, and no loop than an hour."""


@dataclass(frozen=True, slots=True)
class SlotWindow:
    """Slots that start in [from_ms, until_ms) and end after `after_ms`."""

    from_ms: int
    until_ms: int
    after_ms: int = 0

    def within(self, from_ms: int, until_ms: int) -> Iterator["SlotWindow"]:
        """The part of it whose slots start in [from, until); none if there is none."""
        low_ms, high_ms = max(self.from_ms, from_ms), min(self.until_ms, until_ms)
        if low_ms < high_ms:
            yield SlotWindow(low_ms, high_ms, self.after_ms)

    def has(self, start_ms: int, end_ms: int) -> bool:
        """Whether it contains a slot of [start, end)."""
        return self.from_ms <= start_ms < self.until_ms and end_ms > self.after_ms


def stretched(some: Iterable[SlotWindow], longest_ms: int) -> list[list[SlotWindow]]:
    """Pieces in order of time, those that touch together; no slot is longer than `longest`."""
    found: list[list[SlotWindow]] = []
    for one in some:
        low_ms = max(one.from_ms, one.after_ms - longest_ms)
        piece = SlotWindow(low_ms, one.until_ms, one.after_ms)
        if found and found[-1][-1].until_ms == low_ms:
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def pieces(windows: Iterable[Span]) -> Iterator[SlotWindow]:
    """The slots that overlap any of the windows, each in one piece, in order of time.

    A slot that overlaps starts in a window, or in the gap before it and ends in it or beyond.
    """
    before_ms = 0
    for from_ms, until_ms in union(windows):
        gap = SlotWindow(before_ms, from_ms, after_ms=from_ms)
        yield from gap.within(from_ms - LONGEST_MS, from_ms)
        yield SlotWindow(from_ms, until_ms)
        before_ms = until_ms


def whole_days(civil: Civil, piece: SlotWindow) -> range:
    """The days (ordinals) all of whose slots are in a piece."""
    if piece.after_ms:
        return range(0)
    first = civil.day_of(piece.from_ms)
    if civil.start_of(first) < piece.from_ms:
        first += 1
    return range(first, max(first, civil.day_of(piece.until_ms)))
