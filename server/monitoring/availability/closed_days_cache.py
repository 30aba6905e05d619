"""Caches closed days in memory: read once, then updated by version."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from server.monitoring.availability.day_store import block_version, blocks_of, blocks_since
from server.monitoring.availability.packed_records import (
    DAYS,
    Adder,
    Record,
    as_number,
    block_of,
    mask,
    total,
)
from server.playlog.store.transaction import Tx

Blocks = Mapping[int, int]
"""A screen's days as packed numbers, by block."""
Figures = tuple[int, tuple[int, int], int, int]
"""A screen's total, monitored and up seconds, today's number, and operating seconds still ahead."""
Pass = tuple[int, int, int]
"""State of today's rows: version, day number, and seconds into the day."""
MOST_BLOCKS: Final = 4
"""A block of 10,000 screens takes 20 MB."""
MOST_RANGES: Final = 8
MOST_SUMS: Final = 128
"""Most sums by line or unit that are cached for a range; each takes some 20 KB a block."""
FEW_SCREENS: Final = 8
"""Up to so many screens are summed without the cache."""


@dataclass(frozen=True)
class _OfRange:
    """Cached sums for a range of days: by screen, and by block of many screens."""

    totals: dict[int, int] = field(default_factory=dict)
    figures: dict[Pass, dict[int, Figures]] = field(default_factory=dict)
    sums: dict[tuple[int, ...], Mapping[int, Sequence[Record]]] = field(default_factory=dict)

    def without(self, changed: Collection[int]) -> "_OfRange":
        """A copy without the sums of changed screens; holders of this one keep it unchanged."""
        totals = {screen: one for screen, one in self.totals.items() if screen not in changed}
        return _OfRange(totals, {}, {} if changed else self.sums)


class ClosedDaysCache:
    """Caches blocks, and sums of each screen by range of days."""

    def __init__(self) -> None:
        self._version = 0
        self._blocks: OrderedDict[int, dict[int, int]] = OrderedDict()
        self._ranges: OrderedDict[tuple[int, int], _OfRange] = OrderedDict()
        self._stamps: dict[int, int] = {}
        self._stamped = 0
        # The read runs in a thread, so nobody may see it half done.
        self._one_at_a_time = threading.Lock()

    def of(self, tx: Tx, days: range) -> "Closed":
        """The closed days of a snapshot."""
        wanted = range(block_of(days.start), block_of(days.stop - 1) + 1)
        with self._one_at_a_time:
            newest = self._follow(tx)
            found = {block: self._block(tx, block, keep=newest) for block in wanted}
            if not newest:
                return Closed(days, found, _OfRange(), {})
            while len(self._blocks) > max(MOST_BLOCKS, len(wanted)):
                self._blocks.popitem(last=False)
            cached = self._ranges.setdefault((days.start, days.stop), _OfRange())
            self._ranges.move_to_end((days.start, days.stop))
            while len(self._ranges) > MOST_RANGES:
                self._ranges.popitem(last=False)
            return Closed(days, found, cached, self._stamps)

    def _block(self, tx: Tx, block: int, *, keep: bool) -> dict[int, int]:
        found = self._blocks.get(block) if keep else None
        if found is None:
            found = {screen: as_number(days) for screen, days in tx.aside(blocks_of, block)}
            if keep:
                self._blocks[block] = found
                self._stamp(range(block * DAYS, (block + 1) * DAYS))
        if keep:
            self._blocks.move_to_end(block)
        return found

    def _follow(self, tx: Tx) -> bool:
        """Apply newer writes; False for a snapshot older than the cache."""
        version = block_version(tx)
        if version <= self._version:
            return version == self._version
        changed: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for block, screen, days in blocks_since(tx, self._version) if self._blocks else ():
            changed[block][screen] = as_number(days)
        # Earlier callers keep the objects that they were given.
        for block in changed.keys() & self._blocks.keys():
            before = self._blocks[block]
            self._blocks[block] = before | changed[block]
            differs = 0
            for screen, number in changed[block].items():
                differs |= number ^ before.get(screen, 0)
            self._stamp(
                day
                for day in range(block * DAYS, (block + 1) * DAYS)
                if differs & days_mask(block, range(day, day + 1))
            )
        gone = {screen for screens in changed.values() for screen in screens}
        for key, cached in self._ranges.items():
            self._ranges[key] = cached.without(gone)
        self._version = version
        return True

    def _stamp(self, days: Iterable[int]) -> None:
        self._stamped += 1
        # Earlier callers keep the objects that they were given.
        self._stamps = self._stamps | dict.fromkeys(days, self._stamped)


class Closed:
    """The closed days for one query, by screen."""

    def __init__(
        self,
        days: range,
        blocks: Mapping[int, dict[int, int]],
        cached: "_OfRange",
        stamps: Mapping[int, int],
    ) -> None:
        """`stamps`: a number by screen that changes with any day; empty if unavailable."""
        self.days = days
        self.stamps = stamps
        self._blocks = blocks
        self._totals, self._sums, self._figures = cached.totals, cached.sums, cached.figures
        self._masks = {block: days_mask(block, days) for block in blocks}

    def of(self, screen: int) -> Blocks:
        """A screen's blocks; days outside the range are still in them."""
        return {block: one[screen] for block, one in self._blocks.items() if screen in one}

    def sums(self, screens: tuple[int, ...]) -> Mapping[int, Sequence[Record]]:
        """By block, the sums of its 32 days over some screens."""
        if len(screens) <= FEW_SCREENS:
            return dict(self._added_up(screens))
        found = self._sums.get(screens)
        if found is None:
            if len(self._sums) >= MOST_SUMS:
                self._sums.clear()
            found = self._sums[screens] = dict(self._added_up(screens))
        return found

    def _added_up(self, screens: Sequence[int]) -> Iterator[tuple[int, Sequence[Record]]]:
        for block, one in self._blocks.items():
            adder = Adder()
            adder.add_all(list(filter(None, map(one.get, screens))))
            yield block, adder.days()

    def kept(self, at: Pass) -> dict[int, Figures]:
        """Cache for figures by screen, valid until any day changes, closed or not."""
        found = self._figures.get(at)
        if found is None:
            self._figures.clear()
            found = self._figures[at] = {}
        return found

    def block(self, screen: int, block: int) -> int:
        """One of a screen's blocks, 0 where there is none."""
        return self._blocks[block].get(screen, 0)

    def masked(self, screen: int) -> Blocks:
        """A screen's blocks without days outside the range."""
        return {block: one & self._masks[block] for block, one in self.of(screen).items()}

    def total(self, screen: int) -> int:
        """The sum over the range, as a record's number."""
        found = self._totals.get(screen)
        if found is None:
            found = self._totals[screen] = sum(map(total, self.masked(screen).values()))
        return found


def days_mask(block: int, days: range) -> int:
    """Mask of a block's lanes for some days; 0 if none is in the block."""
    start = block * DAYS
    first, until = max(days.start - start, 0), min(days.stop - start, DAYS)
    return mask(first, until) if first < until else 0
