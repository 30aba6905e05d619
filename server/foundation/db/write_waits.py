"""Statistics of how long writing transactions wait for the exclusive lock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from server.foundation.histograms import Buckets

BOUNDS_S: Final = (0.001, 0.01, 0.05, 0.25, 1.0, 4.0)
"""Bounds of the histogram, s; at most four seconds are waited (`LOCK_PATIENCE`)."""


class Waits:
    """Waits for one database in this process; `failures`: lock timeouts and lost connections."""

    __slots__ = ("failures", "seconds")

    def __init__(self) -> None:
        self.seconds = Buckets(BOUNDS_S)
        self.failures = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time the begin of a transaction. Raises the block's exceptions."""
        began_s = time.monotonic()
        try:
            yield
        except Exception:
            self.failures += 1
            raise
        self.seconds.add(time.monotonic() - began_s)
