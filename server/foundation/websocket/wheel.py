"""A timer wheel for all connections: each second it calls those that are due."""

import math
from typing import Any, Final, Protocol

import structlog

log = structlog.get_logger(__name__)

SLOTS: Final = 64
"""Longest delay in seconds, plus one."""


class Due(Protocol):
    """A timer's owner; `slot` is private to the wheel."""

    slot: int

    def due(self) -> float | None:
        """Called when due; returns the seconds until the next call, None for never."""


class Wheel:
    """Owners by the second of their call."""

    def __init__(self, loop: Any) -> None:
        self._slots: list[set[Due]] = [set() for _ in range(SLOTS)]
        self._now = 0
        # It must not keep the loop running.
        self._timer = loop.timer(1.0, 1.0, ref=False)
        self._timer.start(self.turn)

    def put(self, one: Due, in_s: float) -> None:
        """Schedule a call in 1 to 63 seconds, replacing an earlier one."""
        self.take(one)
        one.slot = (self._now + min(max(math.ceil(in_s), 1), SLOTS - 1)) % SLOTS
        self._slots[one.slot].add(one)

    def take(self, one: Due) -> None:
        """Cancel a call."""
        self._slots[one.slot].discard(one)

    def turn(self) -> None:
        """A second has passed."""
        self._now = (self._now + 1) % SLOTS
        due, self._slots[self._now] = self._slots[self._now], set()
        for one in due:
            try:
                again_s = one.due()
            except Exception as error:
                # The outermost handler on the loop: the others must still be called.
                log.error("socket_timer_failed", exc_info=error)
                again_s = None
            if again_s is not None:
                self.put(one, again_s)

    def stop(self) -> None:
        """Cancel all calls."""
        self._timer.stop()
        self._timer.close()
