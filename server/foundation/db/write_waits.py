"""How long transactions that write wait for their turn: there is one at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from server.foundation.histograms import Buckets

BOUNDS_S: Final = (0.001, 0.01, 0.05, 0.25, 1.0, 4.0)
"""At most four seconds are waited (`LOCK_PATIENCE`)."""


class Waits:
    """Of one database, in this process; `failures`: the turn didn't come, or it was away."""

    __slots__ = ("failures", "seconds")

    def __init__(self) -> None:
        self.seconds = Buckets(BOUNDS_S)
        self.failures = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Around what begins such a transaction. Raises what it raises."""
        began_s = time.monotonic()
        try:
            yield
        except Exception:
            self.failures += 1
            raise
        self.seconds.add(time.monotonic() - began_s)
