"""How often players ask for their token, so that one that hurries is told to slow down."""

from dataclasses import dataclass, field

# A player whose own timer runs a little early is not told to slow down.
FASTEST_MS = 1_000
MOST_KEPT = 20_000


@dataclass
class Pace:
    """The last poll of each device code, in memory: polls cost no write."""

    _polled_at: dict[str, int] = field(default_factory=dict)

    def is_too_fast(self, device_hash: str, now_ms: int) -> bool:
        """Note a poll; whether the one before was less than a second ago."""
        before = self._polled_at.pop(device_hash, None)
        self._polled_at[device_hash] = now_ms
        if len(self._polled_at) > MOST_KEPT:
            self._polled_at.pop(next(iter(self._polled_at)))
        return before is not None and now_ms - before < FASTEST_MS
