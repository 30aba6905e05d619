"""Counters of messages between players and this process since its start, for `/metrics`.

Plain integers, as they count thousands a second.
"""

from dataclasses import dataclass, field
from typing import Final

from server.foundation.histograms import Buckets

ACK_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(slots=True)
class Tally:
    """Heartbeats (all, and by POST), assignments and manifests sent, and their receipts.

    `ack_s`: seconds until a player's answer.
    """

    beats: int = 0
    posted_beats: int = 0
    assignments: int = 0
    manifests: int = 0
    accepted: int = 0
    refused: int = 0
    ack_s: Buckets = field(default_factory=lambda: Buckets(ACK_S))

    def acknowledged(self, seconds: float, *, accepted: bool) -> None:
        """Count a player's receipt; a malformed one counts as refused."""
        self.ack_s.add(seconds)
        if accepted:
            self.accepted += 1
        else:
            self.refused += 1
