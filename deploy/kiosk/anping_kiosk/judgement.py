"""What to do about what was seen of the page. Pure: time comes in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

START_S = 60.0
"""How long a slow box may take from its start to the first answer."""
FROZEN_S = 15.0
"""A renderer that hasn't answered for so long is frozen; a slow box answers within 5 s."""
LOST_S = 3.0
"""An error page or a foreign one is left after so long, doubling while it comes again."""
MOST_LOST_S = 30.0
BLANK_S = 60.0
"""A page of the player's origin that hasn't reported its state for so long is broken."""
REVIVE_S = 5.0
"""A crashed page that was reloaded has to answer within so long."""


class Act(Enum):
    """The mildest remedy that may help."""

    NOTHING = "nothing"
    RELOAD = "reload"
    OPEN = "open"
    RESTART = "restart"


@dataclass(frozen=True)
class Seen:
    """What the page answered: its address, and the state that the player reports ('' = none)."""

    address: str
    state: str


class Judge:
    """Follows one run of the browser from its start at `now` (seconds, any monotonic clock)."""

    def __init__(self, origin: str, now: float) -> None:
        self._origin = origin
        self._last_answer = now + START_S - FROZEN_S
        self._stated = now
        self._lost_since: float | None = None
        self._patience = LOST_S
        self._crashed_at: float | None = None

    def answer(self, seen: Seen, now: float) -> Act:
        """Judge an answer of the page."""
        self._last_answer, self._crashed_at = now, None
        if not seen.address.startswith(self._origin + "/"):
            return self._lost(now)
        self._lost_since = None
        if seen.state:
            self._stated, self._patience = now, LOST_S
            return Act.NOTHING
        if now - self._stated < BLANK_S:
            return Act.NOTHING
        self._stated = now
        return Act.RELOAD

    def crash(self, now: float) -> Act:
        """The renderer is gone: reload the page at once."""
        self._crashed_at = now
        return Act.RELOAD

    def silence(self, now: float) -> Act:
        """No answer for now: is it time to give the browser up?"""
        if self._crashed_at is not None and now - self._crashed_at >= REVIVE_S:
            return Act.RESTART
        return Act.RESTART if now - self._last_answer >= FROZEN_S else Act.NOTHING

    def _lost(self, now: float) -> Act:
        if self._lost_since is None:
            self._lost_since = now
        if now - self._lost_since < self._patience:
            return Act.NOTHING
        self._lost_since = None
        self._patience = min(self._patience * 2, MOST_LOST_S)
        self._stated = now
        return Act.OPEN
