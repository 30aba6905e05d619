"""A clock that tests set by hand."""

from dataclasses import dataclass

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# Tuesday, 2026-11-24 09:00 in Shanghai
START_MS = 1_795_482_000_000


@dataclass
class HandClock:
    """A clock that only moves by hand."""

    at_ms: int = START_MS

    def now_ms(self) -> int:
        """The instant that was set last."""
        return self.at_ms

    def exact_ms(self) -> float:
        """The same instant, as if it had fractions."""
        return float(self.at_ms)

    def forward(self, by_ms: int) -> None:
        """Let time pass."""
        self.at_ms += by_ms
