"""Spaces out the requests of each sender: a burst at once, then a steady rate.

The generic cell rate algorithm (ITU-T I.371, 1993): one instant for each sender, that at which all
of its requests so far are paid for at the steady rate. Nothing is queued here.
"""

from collections.abc import Callable, Hashable
from typing import Final

MOST_KEPT: Final = 1_000
"""Senders remembered before those who have paid are dropped, or twice as many as hadn't paid then:
so each sender costs a constant part of these searches, however many there are.
"""


class Pacer:
    """`rate`: units a second; `burst`: units at once; `longest_s`: nobody waits longer.

    `clock` returns seconds.
    """

    def __init__(
        self, clock: Callable[[], float], rate: float, burst: float, longest_s: float
    ) -> None:
        self._clock = clock
        self._rate = rate
        self._ahead_s = burst / rate
        self._longest_s = longest_s
        self._paid_at_s: dict[Hashable, float] = {}
        self._most_kept = MOST_KEPT

    def __len__(self) -> int:
        """The number of senders remembered."""
        return len(self._paid_at_s)

    def delay_s(self, sender: Hashable, units: float) -> float | None:
        """How long a request of this many units has to wait, s; None (and free) if for too long."""
        now_s = self._clock()
        paid_at_s = max(now_s, self._paid_at_s.get(sender, now_s)) + units / self._rate
        delay_s = max(0.0, paid_at_s - self._ahead_s - now_s)
        if delay_s > self._longest_s:
            return None
        self._paid_at_s[sender] = paid_at_s
        if len(self._paid_at_s) > self._most_kept:
            self._drop_paid(now_s)
        return delay_s

    def _drop_paid(self, now_s: float) -> None:
        self._paid_at_s = {
            sender: paid_at_s for sender, paid_at_s in self._paid_at_s.items() if paid_at_s > now_s
        }
        self._most_kept = max(MOST_KEPT, 2 * len(self._paid_at_s))
