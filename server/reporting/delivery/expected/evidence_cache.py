"""A cache of slots with evidence at the edges of pauses and exemptions, counted from plays.

The counts of a day are valid until its roll-ups change: each slot whose state changes changes these
too, also after its month was frozen.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from server.playlog.model.screen_context import Tenure
from server.playlog.model.slot_states import Rank
from server.playlog.store.transaction import Tx
from server.reporting.delivery.expected.slot_windows import SlotWindow
from server.reporting.delivery.rollups.rollup_sums import versions_of

REMEMBERED: Final = 5_000
Counted = Counter[tuple[int, int, int]]
"""Slots by day, hour and campaign; hour 0 if not grouped by hour."""


class Sought(NamedTuple):
    """The cache key: slots of a screen in some pieces, with evidence of these ranks."""

    screen: int
    pieces: tuple[SlotWindow, ...]
    ranks: frozenset[Rank]
    by_hour: bool


class EvidenceCache:
    """Caches counts as long as the versions of the days and the screen's tenures are the same."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Sought, tuple[object, Counted]] = OrderedDict()

    def of(
        self,
        tx: Tx,
        sought: Sought,
        days: range,
        tenures: Sequence[Tenure],
        count: Callable[[], Counted],
    ) -> Counted:
        """The result of `count`, cached; its slots start on some days (ordinals)."""
        mark = (versions_of(tx, days), tuple(tenures))
        entry = self._entries.get(sought)
        if entry is None or entry[0] != mark:
            entry = (mark, count())
        self._entries[sought] = entry
        self._entries.move_to_end(sought)
        while len(self._entries) > REMEMBERED:
            self._entries.popitem(last=False)
        return entry[1]
