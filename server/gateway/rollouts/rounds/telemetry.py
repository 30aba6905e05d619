"""In-memory records for roll-outs: faults over time, and stalls.

After a restart no updates are sent until the server has observed for a while.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from server.foundation.durations import DAY_MS, HOUR_MS
from server.gateway.connection.presence import Contact
from server.gateway.events import IncidentsReported, RemoteHeartbeat

TROUBLES: Final = frozenset(
    {
        "asset_failed",
        "asset_corrupt",
        "manifest_corrupt",
        "journal_rebuilt",
        "lost_range",
        "storage_full",
        "stalled",
    }
)
STALLED: Final = "stalled"
ILL: Final = frozenset({STALLED, "fallback", "preparing"})
MOST: Final = 500
"""Reports kept per screen; more than one a heartbeat for hours adds nothing."""


@dataclass
class Notes:
    """Records since the process started (`since_ms`)."""

    since_ms: int
    _faults: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    _ill: dict[int, int] = field(default_factory=dict)
    # A stall is worse than missing content, and starts a new period.
    _stalled: dict[int, bool] = field(default_factory=dict)

    def on_reported(self, notice: IncidentsReported) -> None:
        """Record a player's faults."""
        count = sum(one.count for one in notice.incidents if one.code in TROUBLES)
        if count:
            faults = self._faults[notice.screen_id]
            faults.append((notice.at_ms, count))
            del faults[:-MOST]

    def on_remote_heartbeat(self, notice: RemoteHeartbeat) -> None:
        """Record faults received by another worker."""
        if notice.beat.incidents:
            self.on_reported(
                IncidentsReported(
                    notice.screen_id, notice.beat.boot, notice.beat.incidents, notice.at_ms
                )
            )

    def on_contact(self, screen: int, contact: Contact) -> None:
        """Process a screen's last heartbeat."""
        state = contact.beat.state
        if state not in ILL:
            self._ill.pop(screen, None)
        elif screen not in self._ill or self._stalled[screen] != (state == STALLED):
            self._ill[screen] = contact.at_ms
        self._stalled[screen] = state == STALLED

    def ill_since(self, screen: int) -> int:
        """Since when it is stalled or without content (ms); 0 if it is well."""
        return self._ill.get(screen, 0)

    def troubles(self, screen: int, after_ms: int) -> int:
        """Number of faults after an instant."""
        faults = self._faults.get(screen, [])
        return sum(count for _, count in faults[bisect_right(faults, (after_ms, 2**31)) :])

    def rate(self, screen: int, until_ms: int) -> float:
        """Faults per hour in the day before an instant."""
        from_ms = max(self.since_ms, until_ms - DAY_MS)
        count = self.troubles(screen, from_ms) - self.troubles(screen, until_ms)
        return count * HOUR_MS / max(until_ms - from_ms, 1)
