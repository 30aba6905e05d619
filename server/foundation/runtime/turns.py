"""At most so many at once, and so many that wait: whoever comes then is told to come again."""

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.lock import BoundedSemaphore

from server.foundation.errors import Busy
from server.foundation.i18n import Sentence


class Turns:
    """Of one kind of work; `busy` is told to whoever finds too many before him.

    `patience_s`: how long a turn is waited for. Made without gevent's loop, used on it.
    """

    def __init__(self, at_once: int, waiting: int, patience_s: float, busy: Sentence) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._patience_s = patience_s
        self._busy = busy
        self._there = 0
        self._free: BoundedSemaphore | None = None

    @property
    def there(self) -> int:
        """How many have a turn or wait for one."""
        return self._there

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and have it for the block. Raises Busy."""
        if self._there >= self._most:
            raise self._come_again()
        if self._free is None:
            self._free = BoundedSemaphore(self._at_once)
        self._there += 1
        try:
            if not self._free.acquire(timeout=self._patience_s):
                raise self._come_again()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._there -= 1

    def _come_again(self) -> Busy:
        return Busy(self._busy, retry_after_s=max(2, round(self._patience_s)))
