"""The only place that reads the time of day."""

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Server time, the reference for all other clocks."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""

    def exact_ms(self) -> float:
        """Milliseconds since 1970 UTC with fractions, for players that set their clocks by it."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def exact_ms(self) -> float:
        """The same with fractions."""
        return time.time_ns() / 1_000_000
