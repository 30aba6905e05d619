"""Closed days in memory: read once, then only what was written since."""

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
"""A screen's days as numbers, by block."""
Figures = tuple[int, tuple[int, int], int, int]
"""A screen's total, its monitored and up seconds, today's number and what is ahead of today (s)."""
Pass = tuple[int, int, int]
"""What the day that goes on looks like: the version of its rows, its number, and how far it is."""
MOST_BLOCKS: Final = 4
"""Of 10,000 screens a block takes 20 MB."""
MOST_RANGES: Final = 8
MOST_SUMS: Final = 128
"""As many lines and units of a range as are remembered; each takes some 20 KB a block."""
FEW_SCREENS: Final = 8
"""So few are added up at once."""


@dataclass(frozen=True)
class _OfRange:
    """What was worked out for a range of days: sums of a screen, and of each block of many."""

    totals: dict[int, int] = field(default_factory=dict)
    figures: dict[Pass, dict[int, Figures]] = field(default_factory=dict)
    sums: dict[tuple[int, ...], Mapping[int, Sequence[Record]]] = field(default_factory=dict)

    def without(self, changed: Collection[int]) -> "_OfRange":
        """What still holds when days of some screens are others; who was given this keeps it."""
        totals = {screen: one for screen, one in self.totals.items() if screen not in changed}
        return _OfRange(totals, {}, {} if changed else self.sums)


class KnownDays:
    """Remembers blocks, and by range of days the sums of each screen."""

    def __init__(self) -> None:
        self._version = 0
        self._blocks: OrderedDict[int, dict[int, int]] = OrderedDict()
        self._ranges: OrderedDict[tuple[int, int], _OfRange] = OrderedDict()
        self._stamps: dict[int, int] = {}
        self._stamped = 0
        # Reading is done aside, so that others have a turn: they mustn't find it half done.
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
            known = self._ranges.setdefault((days.start, days.stop), _OfRange())
            self._ranges.move_to_end((days.start, days.stop))
            while len(self._ranges) > MOST_RANGES:
                self._ranges.popitem(last=False)
            return Closed(days, found, known, self._stamps)

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
        """Take in what was written since; false for a snapshot that is older than what is known."""
        version = block_version(tx)
        if version <= self._version:
            return version == self._version
        changed: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for block, screen, days in blocks_since(tx, self._version) if self._blocks else ():
            changed[block][screen] = as_number(days)
        # Who asked before goes on with what he was given.
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
        for key, known in self._ranges.items():
            self._ranges[key] = known.without(gone)
        self._version = version
        return True

    def _stamp(self, days: Iterable[int]) -> None:
        self._stamped += 1
        # Who asked before goes on with what he was given.
        self._stamps = self._stamps | dict.fromkeys(days, self._stamped)


class Closed:
    """The closed days of one question, by screen."""

    def __init__(
        self,
        days: range,
        blocks: Mapping[int, dict[int, int]],
        known: "_OfRange",
        stamps: Mapping[int, int],
    ) -> None:
        """`stamps`: another number as soon as a day is another; none if that isn't known."""
        self.days = days
        self.stamps = stamps
        self._blocks = blocks
        self._totals, self._sums, self._figures = known.totals, known.sums, known.figures
        self._masks = {block: days_mask(block, days) for block in blocks}

    def of(self, screen: int) -> Blocks:
        """A screen's blocks; days beside those asked for are still in them."""
        return {block: one[screen] for block, one in self._blocks.items() if screen in one}

    def sums(self, screens: tuple[int, ...]) -> Mapping[int, Sequence[Record]]:
        """By block the sums of its 32 days over some screens."""
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
        """Where figures of screens are kept until a day is another, closed or not."""
        found = self._figures.get(at)
        if found is None:
            self._figures.clear()
            found = self._figures[at] = {}
        return found

    def block(self, screen: int, block: int) -> int:
        """One of a screen's blocks, 0 where there is none."""
        return self._blocks[block].get(screen, 0)

    def masked(self, screen: int) -> Blocks:
        """The same without other days."""
        return {block: one & self._masks[block] for block, one in self.of(screen).items()}

    def total(self, screen: int) -> int:
        """The sum of the days asked for, as the number of a record."""
        found = self._totals.get(screen)
        if found is None:
            found = self._totals[screen] = sum(map(total, self.masked(screen).values()))
        return found


def days_mask(block: int, days: range) -> int:
    """All lanes of some days that lie in a block; 0 if none does."""
    start = block * DAYS
    first, until = max(days.start - start, 0), min(days.stop - start, DAYS)
    return mask(first, until) if first < until else 0
