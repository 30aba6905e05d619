"""What passed between players and this process since it began, for `/metrics`.

Plain integers, as thousands a second are counted here.
"""

from dataclasses import dataclass, field
from typing import Final

from server.foundation.histograms import Buckets

ACK_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(slots=True)
class Tally:
    """Beats by whichever way, of them those by POST; orders and manifests that were given to
    sockets; what players answered to orders, and within how many seconds.
    """

    beats: int = 0
    posted_beats: int = 0
    assignments: int = 0
    manifests: int = 0
    accepted: int = 0
    refused: int = 0
    ack_s: Buckets = field(default_factory=lambda: Buckets(ACK_S))

    def acknowledged(self, seconds: float, *, accepted: bool) -> None:
        """A player answered an order; what it says may make no sense, which is no yes."""
        self.ack_s.add(seconds)
        if accepted:
            self.accepted += 1
        else:
            self.refused += 1
