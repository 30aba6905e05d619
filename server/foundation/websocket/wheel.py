"""One timer for all connections: each second those have their turn that are due."""

import math
from typing import Any, Final, Protocol

import structlog

log = structlog.get_logger(__name__)

SLOTS: Final = 64
"""Seconds that anybody may wait, and one more."""


class Due(Protocol):
    """Somebody who waits; `slot` is the wheel's own note."""

    slot: int

    def due(self) -> float | None:
        """It is time; in how many seconds again, None: never."""
        ...


class Wheel:
    """Who waits, by the second of their turn."""

    def __init__(self, loop: Any) -> None:
        self._slots: list[set[Due]] = [set() for _ in range(SLOTS)]
        self._now = 0
        # Nothing that the loop would have to stay for.
        self._timer = loop.timer(1.0, 1.0, ref=False)
        self._timer.start(self.turn)

    def put(self, one: Due, in_s: float) -> None:
        """Have its turn in so many seconds, 1 to 63; instead of a turn that it had."""
        self.take(one)
        one.slot = (self._now + min(max(math.ceil(in_s), 1), SLOTS - 1)) % SLOTS
        self._slots[one.slot].add(one)

    def take(self, one: Due) -> None:
        """It waits no longer."""
        self._slots[one.slot].discard(one)

    def turn(self) -> None:
        """A second has passed."""
        self._now = (self._now + 1) % SLOTS
        due, self._slots[self._now] = self._slots[self._now], set()
        for one in due:
            try:
                again_s = one.due()
            except Exception as error:
                # The edge of the loop: the others have their turn.
                log.error("a socket's turn broke something", exc_info=error)
                again_s = None
            if again_s is not None:
                self.put(one, again_s)

    def stop(self) -> None:
        """Nobody's turn comes any more."""
        self._timer.stop()
        self._timer.close()
