"""Limits how often players poll for their token (`slow_down`)."""

from dataclasses import dataclass, field

# Below the polling interval, as a player's timer may run slightly early.
FASTEST_MS = 1_000
MOST_KEPT = 20_000


@dataclass
class Pace:
    """The last poll of each device code, in memory: polls cost no write."""

    _polled_at: dict[str, int] = field(default_factory=dict)

    def is_too_fast(self, device_hash: str, now_ms: int) -> bool:
        """Record a poll; returns whether the previous one was less than a second ago."""
        before = self._polled_at.pop(device_hash, None)
        self._polled_at[device_hash] = now_ms
        if len(self._polled_at) > MOST_KEPT:
            self._polled_at.pop(next(iter(self._polled_at)))
        return before is not None and now_ms - before < FASTEST_MS
