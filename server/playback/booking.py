"""Books changed slots in the roll-ups: at the day, hour, place and campaign of the slot."""

from collections.abc import Iterable
from typing import Final

from playlists.compliance import ExpectedSlot
from server.playback.civil import Civil, DayFinder
from server.playback.driver import Tx
from server.playback.ledger import Ledger, Spot
from server.playback.names import campaign_number
from server.playback.placements import Placements
from server.playback.slots import Change

LATE_DAYS: Final = 30
"""A month is frozen when its last day is this old; what arrives then is an adjustment."""


class Booking:
    """Finds the spots of one screen's slots."""

    def __init__(self, tx: Tx, civil: Civil, placements: Placements, now_ms: int) -> None:
        self._tx = tx
        self._civil = civil
        self._days = DayFinder(civil)
        self._placements = placements
        self._now_ms = now_ms
        self._frozen: dict[int, bool] = {}

    def book(self, changes: Iterable[Change]) -> Ledger:
        """The roll-up changes that follow from changed slots."""
        ledger = Ledger()
        for change in changes:
            state = change.state
            ledger.add_state(self.spot(state.slot), state.rank, state.shown_ms, change.sign)
        return ledger

    def spot(self, slot: ExpectedSlot) -> Spot:
        """Where a slot counts."""
        day, hour = self._days.find(slot.start_ms)
        placement = self._placements.at(slot.start_ms)
        return Spot(
            day=day,
            hour=hour,
            placement=placement.id,
            cell=placement.cell,
            campaign=campaign_number(slot.campaign),
            item=self._tx.names.item(self._tx, slot.asset, slot.campaign),
            late=self._is_frozen(day),
        )

    def _is_frozen(self, day: int) -> bool:
        if day not in self._frozen:
            self._frozen[day] = self._now_ms >= self._civil.frozen_from(day, LATE_DAYS)
        return self._frozen[day]
