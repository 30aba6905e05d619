"""Accepted plays around a time: none may overlap, and each slot has one confirmed play."""

from bisect import bisect_left, insort
from typing import Final

import msgspec

from server.playlog.model.play import Play

OVERLAP_MS: Final = 100
CORRECTION_MS: Final = 2_000
"""Plays of a boot may seem to overlap by so many ms if its clock was corrected in between."""
SlotKey = tuple[str | None, int, int, int]


class Shown(msgspec.Struct, frozen=True, gc=False):
    """An accepted play's time: server time, and monotonic start in its boot."""

    start_ms: int
    end_ms: int
    boot: int
    mono_ms: int


def slot_key(play: Play) -> SlotKey:
    """The key of a play's slot on its screen."""
    return (play.manifest, play.segment, play.cycle, play.slot)


class Timeline:
    """Accepted plays of a screen near those that are being judged."""

    def __init__(self) -> None:
        self._shown: list[Shown] = []
        self._confirmed: set[SlotKey] = set()
        self._longest_ms = 0
        self.latest_ms = 0

    def add(self, shown: Shown) -> None:
        """Add an accepted play."""
        if not self._shown or shown.start_ms >= self._shown[-1].start_ms:
            self._shown.append(shown)
        else:
            insort(self._shown, shown, key=_start)
        length_ms = shown.end_ms - shown.start_ms
        self.latest_ms = max(self.latest_ms, shown.end_ms)
        self._longest_ms = max(self._longest_ms, length_ms)

    def confirm(self, key: SlotKey) -> None:
        """Mark a slot as having its confirmed play."""
        self._confirmed.add(key)

    def is_confirmed(self, key: SlotKey) -> bool:
        """Whether a slot has its confirmed play already."""
        return key in self._confirmed

    def overlaps(self, new: Shown) -> bool:
        """Whether another play overlaps this one by more than 100 ms.

        Within a boot the monotonic clock decides too: after a clock correction consecutive plays
        can seem to overlap in server time.
        """
        if new.start_ms >= self.latest_ms - OVERLAP_MS:
            return False
        low = bisect_left(self._shown, new.start_ms - self._longest_ms, key=_start)
        high = bisect_left(self._shown, new.end_ms, key=_start)
        return any(_overlap(new, other) > OVERLAP_MS for other in self._shown[low:high])


def _start(shown: Shown) -> int:
    return shown.start_ms


def _overlap(one: Shown, other: Shown) -> int:
    common = min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
    if one.boot != other.boot:
        return common
    correction_ms = abs((one.start_ms - one.mono_ms) - (other.start_ms - other.mono_ms))
    return common - min(correction_ms, CORRECTION_MS)
