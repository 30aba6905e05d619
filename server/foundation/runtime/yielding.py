"""Lets long work on gevent's loop yield to others."""

import time

import gevent

from server.foundation.runtime.blocking import is_on_the_loop


class Turn:
    """A long piece of work that yields at least every `most_s` seconds."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._since_s = time.monotonic()
        self._has_others = is_on_the_loop()

    def pass_on(self) -> None:
        """Yield if this has run for long enough; no effect outside the loop."""
        if self._has_others and time.monotonic() - self._since_s >= self._most_s:
            gevent.sleep(0)
            self._since_s = time.monotonic()
