"""The background work: draws, requests to screens, and expiry of unanswered checks."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from server.foundation.core import Core
from server.gateway.commands.service import Caller
from server.gateway.connection.state import Live
from server.reporting.spot_checks.capture import settle, take
from server.reporting.spot_checks.sampling import draw

Spawn = Callable[..., object]
"""Runs a function with its arguments while others go on."""


@dataclass
class Rounds:
    """One round after another; `chance` is the source of unpredictable numbers.

    Of several workers only the leader draws; the time in which another one led is that one's.
    """

    core: Core
    live: Live
    caller: Caller
    chance: random.Random
    last_ms: int | None = None

    def run_once(self, spawn: Spawn) -> int | None:
        """Expire overdue checks and draw for the time since the last round; the check's number."""
        if not self.core.lead.is_mine:
            self.last_ms = None
            return None
        settle(self.core)
        now_ms = self.core.clock.now_ms()
        passed_ms = 0 if self.last_ms is None else now_ms - self.last_ms
        self.last_ms = now_ms
        row = draw(self.core, self.live.presence, self.chance, passed_ms)
        if row is None:
            return None
        if row.kind == "screenshot":
            spawn(take, self.core, self.live, self.caller, row.id)
        return row.id
