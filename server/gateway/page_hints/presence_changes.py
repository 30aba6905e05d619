"""Detects screens that connected, disconnected or changed state, which no table shows at once."""

from dataclasses import dataclass, field
from typing import Final

from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.gateway.page_hints.hints import Hints
from server.gateway.status.contact import ContactState, contact_states

CHECK_INTERVAL_S: Final = 2.0
TOPICS: Final = ("screens", "board")
State = tuple[ContactState, str]


@dataclass
class Pulse:
    """Each screen's state at the last comparison; idle while no page is open."""

    states: dict[int, State] = field(default_factory=dict)
    checked_s: float | None = None

    def check(self, core: Core, live: Live, hints: Hints, now_s: float) -> None:
        """Compare with the last states, if due. Raises Busy."""
        if not hints.pages:
            self.checked_s = None
            return
        if self.checked_s is not None and now_s - self.checked_s < CHECK_INTERVAL_S:
            return
        now = _states(core, live)
        if self.checked_s is not None:
            changed = {one for one, _ in now.items() ^ self.states.items()}
            for topic in TOPICS:
                hints.changed(topic, "screen", changed)
        self.states, self.checked_s = now, now_s


def _states(core: Core, live: Live) -> dict[int, State]:
    at = contact_states(core, live)
    found = {one: (at.of(one), "") for one in at.dark}
    for one, contact in live.presence.contacts():
        found[one] = (at.of(one), str(contact.beat.state))
    return found
