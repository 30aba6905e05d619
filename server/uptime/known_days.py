"""Closed days in memory: read once, then only what was written since."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from server.playback.driver import Tx
from server.uptime.days import block_version, blocks_of, blocks_since
from server.uptime.lanes import DAYS, as_number, block_of, mask, total

Blocks = Mapping[int, int]
"""A screen's days as numbers, by block."""
MOST_BLOCKS: Final = 4
"""Of 10,000 screens a block takes 20 MB."""
MOST_RANGES: Final = 8


class KnownDays:
    """Remembers blocks, and by range of days the sums of each screen."""

    def __init__(self) -> None:
        self._version = 0
        self._blocks: OrderedDict[int, dict[int, int]] = OrderedDict()
        self._totals: OrderedDict[tuple[int, int], dict[int, int]] = OrderedDict()
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
                return Closed(days, found, {}, {})
            while len(self._blocks) > max(MOST_BLOCKS, len(wanted)):
                self._blocks.popitem(last=False)
            totals = self._totals.setdefault((days.start, days.stop), {})
            self._totals.move_to_end((days.start, days.stop))
            while len(self._totals) > MOST_RANGES:
                self._totals.popitem(last=False)
            return Closed(days, found, totals, self._stamps)

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
        for key, totals in self._totals.items():
            self._totals[key] = {
                screen: one for screen, one in totals.items() if screen not in gone
            }
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
        totals: dict[int, int],
        stamps: Mapping[int, int],
    ) -> None:
        """`stamps`: another number as soon as a day is another; none if that isn't known."""
        self.days = days
        self.stamps = stamps
        self._blocks = blocks
        self._totals = totals
        self._masks = {block: days_mask(block, days) for block in blocks}

    def of(self, screen: int) -> Blocks:
        """A screen's blocks; days beside those asked for are still in them."""
        return {block: one[screen] for block, one in self._blocks.items() if screen in one}

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
