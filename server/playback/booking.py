"""Books changed slots in the roll-ups: at the day, hour, place and campaign of the slot."""

from collections.abc import Iterable
from typing import Final

from playlists.compliance import ExpectedSlot
from server.playback.civil import Civil, DayFinder
from server.playback.driver import Tx
from server.playback.ledger import Ledger, Spot
from server.playback.placements import Placements
from server.playback.slots import Rank, SlotState, SlotStates

LATE_DAYS: Final = 30
"""A month is frozen when its last day is this old; what arrives then is an adjustment."""


class Booking:
    """Finds the spots of one screen's slots; those of the hour at hand are remembered."""

    def __init__(self, tx: Tx, civil: Civil, placements: Placements, now_ms: int) -> None:
        self._tx = tx
        self._civil = civil
        self._days = DayFinder(civil)
        self._placements = placements
        self._now_ms = now_ms
        self._spots: dict[tuple[str, str | None], Spot] = {}
        self._hour = range(0)
        self._here = Spot(0, 0, 0, 0, 0, 0)

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

    def confirmed(self, slots: Iterable[tuple[ExpectedSlot, int]]) -> Ledger:
        """The changes that follow from slots that had nothing and are confirmed now (ms shown)."""
        ledger = Ledger()
        for slot, shown_ms in slots:
            ledger.add_state(self.spot(slot), Rank.CONFIRMED, shown_ms, 1)
        return ledger

    def spot(self, slot: ExpectedSlot) -> Spot:
        """Where a slot counts."""
        if slot.start_ms not in self._hour:
            self._turn_to(slot.start_ms)
        item = (slot.asset, slot.campaign)
        spot = self._spots.get(item)
        if spot is None:
            number, campaign = self._tx.names.item_and_campaign(self._tx, *item)
            spot = self._spots[item] = self._here._replace(campaign=campaign, item=number)
        return spot

    def _turn_to(self, at_ms: int) -> None:
        """Look at another hour, or at another place within it."""
        day, hour = self._days.find(at_ms)
        placement = self._placements.at(at_ms)
        late = self._now_ms >= self._civil.frozen_from(day, LATE_DAYS)
        self._here = Spot(day, hour, placement.id, placement.cell, 0, 0, late)
        self._hour = self._placements.steady(self._days.hour(at_ms), at_ms)
        self._spots.clear()


def _is_same(one: SlotState, other: SlotState) -> bool:
    return one.rank is other.rank and one.shown_ms == other.shown_ms
