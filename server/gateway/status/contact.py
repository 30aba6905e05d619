"""Screens in contact, and others that are on duty: for lists and counts.

The same sets give the figures of the board and the rows behind them.
"""

from dataclasses import dataclass
from typing import Literal

from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.inventory.screens.status import LastContact, freshness
from server.monitoring.fleet.current_status import StatesCache
from server.monitoring.fleet.status import DARK

ContactState = Literal["online", "late", "dark", "idle"]
"""`dark`: on duty without contact; `idle`: without contact and off duty."""


@dataclass(frozen=True)
class ContactStates:
    """Screens with recent contact by its age, and screens on duty without any."""

    online: frozenset[int]
    late: frozenset[int]
    dark: frozenset[int]

    def of(self, screen: int) -> ContactState:
        """The state of a screen that has a player and isn't paused."""
        if screen in self.online:
            return "online"
        if screen in self.late:
            return "late"
        return "dark" if screen in self.dark else "idle"


def contact_states(core: Core, live: Live) -> ContactStates:
    """The current state in this process; `dark` is a few seconds old."""
    now_ms = core.clock.now_ms()
    online, late = set(), set()
    for screen, contact in live.presence.contacts():
        fresh = freshness(LastContact(contact.at_ms), now_ms)
        if fresh == "online":
            online.add(screen)
        elif fresh == "late":
            late.add(screen)
    states = live.playback.remembered(StatesCache).of(core, live.playback)
    dark = {screen for screen, state in states.items() if state in DARK}
    return ContactStates(frozenset(online), frozenset(late), frozenset(dark - online - late))
