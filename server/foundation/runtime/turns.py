"""Limits concurrency: at most so many run, so many wait, and others are refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.lock import BoundedSemaphore

from server.foundation.errors import Busy
from server.foundation.i18n import Sentence


class Turns:
    """The limit for one kind of work; `busy` is the error's text for those refused.

    `patience_s`: longest wait. Created without gevent's loop, used on it. `there`: number of
    running and waiting callers.
    """

    def __init__(self, at_once: int, waiting: int, patience_s: float, busy: Sentence) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._patience_s = patience_s
        self._busy = busy
        self.there = 0
        self._free: BoundedSemaphore | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a slot and hold it for the block. Raises Busy."""
        if self.there >= self._most:
            raise self._come_again()
        if self._free is None:
            self._free = BoundedSemaphore(self._at_once)
        self.there += 1
        try:
            if not self._free.acquire(timeout=self._patience_s):
                raise self._come_again()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self.there -= 1

    def _come_again(self) -> Busy:
        return Busy(self._busy, retry_after_s=max(2, round(self._patience_s)))
