"""Pieces split into those covered by roll-ups, and those to be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from server.foundation.civil_time import Civil
from server.playlog.model.screen_context import Tenure
from server.reporting.delivery.expected.slot_windows import SlotWindow, whole_days


@dataclass(frozen=True, slots=True)
class SlotWindowPart:
    """A piece with one way of counting.

    `days`: whole days, whose evidence is in the roll-ups; empty if it is counted from plays.
    `is_open`: its expected plays aren't in the roll-ups yet.
    """

    piece: SlotWindow
    days: range
    is_open: bool

    @property
    def is_counted(self) -> bool:
        """Whether expected plays have to be counted from the tenures."""
        return self.is_open or not self.days

    def meets(self, tenure: Tenure) -> bool:
        """Whether slots of a tenure may start in it."""
        ends_ms = tenure.until_ms
        begins_in_time = tenure.from_ms < self.piece.until_ms
        return begins_in_time and (ends_ms is None or ends_ms > self.piece.from_ms)


def parts_of(
    civil: Civil, piece: SlotWindow, folded: range, *, by_plays: bool
) -> Iterator[SlotWindowPart]:
    """A piece cut where whole days and folded days begin and end."""
    days = range(0) if by_plays else whole_days(civil, piece)
    edges = {civil.start_of(day) for some in (days, folded) if some for day in (some[0], some.stop)}
    inner = sorted(edge for edge in edges if piece.from_ms < edge < piece.until_ms)
    for low_ms, high_ms in pairwise([piece.from_ms, *inner, piece.until_ms]):
        first, last = civil.day_of(low_ms), civil.day_of(high_ms - 1)
        yield SlotWindowPart(
            SlotWindow(low_ms, high_ms, piece.after_ms),
            range(first, last + 1) if first in days else range(0),
            first not in folded,
        )
