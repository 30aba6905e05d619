"""Books changed slots in the roll-ups: at the day, hour, place and campaign of the slot."""

from typing import Final

from playlists.compliance import ExpectedSlot
from server.playback.civil import Civil, DayFinder
from server.playback.driver import Tx
from server.playback.ledger import Ledger, Spot
from server.playback.names import campaign_number
from server.playback.placements import Placements
from server.playback.slots import SlotState, SlotStates

LATE_DAYS: Final = 30
"""A month is frozen when its last day is this old; what arrives then is an adjustment."""


class Booking:
    """Finds the spots of one screen's slots; the spots of the hour at hand are remembered."""

    def __init__(self, tx: Tx, civil: Civil, placements: Placements, now_ms: int) -> None:
        self._tx = tx
        self._civil = civil
        self._days = DayFinder(civil)
        self._placements = placements
        self._now_ms = now_ms
        self._spots: dict[tuple[str, str | None], Spot] = {}
        self._hour = range(0)

    def book(self, before: SlotStates, after: SlotStates) -> Ledger:
        """The roll-up changes that lead from one set of slot states to the other."""
        ledger = Ledger()
        for key, old in before.items():
            new = after.get(key)
            if new is None or not _is_same(old, new):
                ledger.add_state(self.spot(old.slot), old.rank, old.shown_ms, -1)
        for key, new in after.items():
            was = before.get(key)
            if was is None or not _is_same(was, new):
                ledger.add_state(self.spot(new.slot), new.rank, new.shown_ms, 1)
        return ledger

    def spot(self, slot: ExpectedSlot) -> Spot:
        """Where a slot counts."""
        if slot.start_ms not in self._hour:
            self._hour = self._placements.steady(self._days.hour(slot.start_ms), slot.start_ms)
            self._spots.clear()
        item = (slot.asset, slot.campaign)
        if item not in self._spots:
            self._spots[item] = self._new_spot(slot)
        return self._spots[item]

    def _new_spot(self, slot: ExpectedSlot) -> Spot:
        day, hour = self._days.find(slot.start_ms)
        placement = self._placements.at(slot.start_ms)
        return Spot(
            day=day,
            hour=hour,
            placement=placement.id,
            cell=placement.cell,
            campaign=campaign_number(slot.campaign),
            item=self._tx.names.item(self._tx, slot.asset, slot.campaign),
            late=self._now_ms >= self._civil.frozen_from(day, LATE_DAYS),
        )


def _is_same(one: SlotState, other: SlotState) -> bool:
    return one.rank is other.rank and one.shown_ms == other.shown_ms
