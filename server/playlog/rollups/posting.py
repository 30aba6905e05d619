"""Posts changed slots to the roll-ups by day, hour, place and campaign of the slot."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from playlists.wire.compliance import ExpectedSlot
from server.foundation.civil_time import LATE_DAYS, Civil, DayFinder
from server.playlog.model.slot_states import SlotState, SlotStates
from server.playlog.store.placements import Placements
from server.playlog.store.rollup_deltas import Item, Ledger, RollupDimensions
from server.playlog.store.transaction import Tx


class RollupPoster:
    """Finds the roll-up dimensions of one screen's slots; those of the current hour are cached."""

    def __init__(self, tx: Tx, civil: Civil, placements: Placements, now_ms: int) -> None:
        self._tx = tx
        self._civil = civil
        self._days = DayFinder(civil)
        self._placements = placements
        self._now_ms = now_ms
        self._hour = range(0)
        self._spot = RollupDimensions(0, 0, 0, 0)

    def book(self, before: SlotStates, after: SlotStates) -> Ledger:
        """The roll-up changes that lead from one set of slot states to the other."""
        ledger = Ledger()
        for key, old in before.items():
            new = after.get(key)
            if new is None or not _is_same(old, new):
                self._add(ledger, old, -1)
        for key, new in after.items():
            was = before.get(key)
            if was is None or not _is_same(was, new):
                self._add(ledger, new, 1)
        return ledger

    def sum_of(self, states: Iterable[SlotState]) -> Ledger:
        """The ledger of slots without earlier entries."""
        ledger = Ledger()
        for state in states:
            self._add(ledger, state, 1)
        return ledger

    def confirmed(
        self, slots: Sequence[ExpectedSlot], items: Sequence[Item], shown_ms: Sequence[int]
    ) -> Ledger:
        """The ledger of newly confirmed slots, in order of time."""
        ledger = Ledger()
        begin, starts = 0, [slot.start_ms for slot in slots]
        while begin < len(starts):
            self._turn_to(starts[begin])
            end = bisect_left(starts, self._hour.stop, begin)
            plays = zip(items[begin:end], shown_ms[begin:end], strict=True)
            ledger.add_confirmed(self._spot, plays)
            begin = end
        return ledger

    def _add(self, ledger: Ledger, state: SlotState, sign: int) -> None:
        slot = state.slot
        if slot.start_ms not in self._hour:
            self._turn_to(slot.start_ms)
        item = self._tx.names.item(self._tx, slot.asset, slot.campaign)
        ledger.add_state(self._spot, item, state.rank, state.shown_ms, sign)

    def _turn_to(self, at_ms: int) -> None:
        """Move on to another hour, or to another placement within it."""
        day, hour = self._days.find(at_ms)
        placement = self._placements.at(at_ms)
        late = self._now_ms >= self._civil.frozen_from(day, LATE_DAYS)
        self._spot = RollupDimensions(day, hour, placement.id, placement.cell, late)
        self._hour = self._placements.steady(self._days.hour(at_ms), at_ms)


def _is_same(one: SlotState, other: SlotState) -> bool:
    return one.rank is other.rank and one.shown_ms == other.shown_ms
