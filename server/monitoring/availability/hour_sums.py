"""Sums of a day's hours over many screens, with the spread of the screens around each figure.

A sum is additive: seconds by hour, and how many screens had which share of up time in an hour, in
half hundredths of a per cent rounded down. By these the median, the 10th percentile (hundredths,
half up) and the share that meets a target are exact (`spread` of distribution.py).
"""

import zlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

import msgspec

from server.monitoring.availability.calculator import per_cent
from server.monitoring.availability.distribution import Spread, steps_of
from server.monitoring.availability.packed_records import (
    HourAdder,
    Record,
    hour_members,
    hours_number,
)

STEPS: Final = 200
"""Steps of a per cent of up time."""
_WIDTH: Final = 15
"""Bits of a share: 100 % is 20,000 steps."""


class Hour(NamedTuple):
    """The sums of one hour of a day."""

    hour: int
    record: Record
    spread: Spread


class PackedSums(msgspec.Struct, array_like=True, frozen=True):
    """Stored sums: seconds as of `HourAdder`; hours with shares, and how many screens have each."""

    seconds: bytes
    shares: list[int]
    screens: list[int]


_CELLS: Final = msgspec.msgpack.Decoder(dict[int, PackedSums])
_SUMS: Final = msgspec.msgpack.Decoder(PackedSums)


class HourSums:
    """The sums of a day's hours over some screens."""

    def __init__(self) -> None:
        self._seconds = HourAdder()
        self._screens: Counter[int] = Counter()

    def add_screen(self, content: bytes) -> None:
        """Add a stored day of a screen."""
        hours = zlib.decompress(content)
        self._seconds.add(hours_number(hours))
        self._screens.update(
            hour << _WIDTH | steps_of(member)
            for hour, member in enumerate(hour_members(hours))
            if member[0]
        )

    def add(self, sums: PackedSums) -> None:
        """Add sums over other screens."""
        self._seconds.add_sum(sums.seconds)
        found = self._screens
        if not found:
            found.update(dict(zip(sums.shares, sums.screens, strict=True)))
            return
        for share, screens in zip(sums.shares, sums.screens, strict=True):
            found[share] += screens

    def packed(self) -> PackedSums:
        """The sums in stored form."""
        shares = sorted(self._screens)
        return PackedSums(self._seconds.sum(), shares, [self._screens[one] for one in shares])

    def hours(self, target_pct: Fraction) -> Iterator[Hour]:
        """Each hour with operating time. `target_pct`: one that is `judged`."""
        shares = sorted(self._screens)
        ends = [0, *accumulate(map(self._screens.__getitem__, shares))]
        for hour, record in enumerate(self._seconds.hours()):
            if record.operating:
                yield Hour(hour, record, _spread(shares, ends, hour, target_pct))


def judged(target_pct: Fraction) -> bool:
    """Whether shares decide exactly who meets a target: it is a whole number of steps."""
    return (STEPS * target_pct).denominator == 1


def packed_whole(sums: HourSums) -> bytes:
    """One sum in stored form."""
    return zlib.compress(msgspec.msgpack.encode(sums.packed()), 6)


def packed_cells(sums: Mapping[int, HourSums]) -> bytes:
    """Sums by cell in stored form."""
    return zlib.compress(
        msgspec.msgpack.encode({cell: one.packed() for cell, one in sums.items()}), 6
    )


def whole(content: bytes) -> HourSums:
    """One stored sum."""
    found = HourSums()
    found.add(_SUMS.decode(zlib.decompress(content)))
    return found


def of_cells(content: bytes, cells: Iterable[int]) -> HourSums:
    """The sum over some of the stored cells."""
    found, stored = HourSums(), _CELLS.decode(zlib.decompress(content))
    for cell in stored.keys() & set(cells):
        found.add(stored[cell])
    return found


def _spread(shares: Sequence[int], ends: Sequence[int], hour: int, target_pct: Fraction) -> Spread:
    """`ends`: how many screens have one of the first n shares."""
    first, until = (bisect_left(shares, one << _WIDTH) for one in (hour, hour + 1))
    before, count = ends[first], ends[until] - ends[first]
    if not count:
        return Spread(None, None, None)

    def value(rank: int) -> int:
        """Hundredths of a per cent, half up, of the screen at a rank from below."""
        share = shares[bisect_right(ends, before + rank) - 1] - (hour << _WIDTH)
        return (share + 1) // 2

    needed = hour << _WIDTH | int(STEPS * target_pct)
    met = ends[until] - ends[bisect_left(shares, needed, first, until)]
    twice = value((count - 1) // 2) + value(count // 2)
    lowest = value((count + 9) // 10 - 1)
    return Spread(per_cent(met, count), (twice + 1) // 2 / 100, lowest / 100)
