"""Long work on gevent's loop lets others have their turn."""

import time

import gevent

from server.foundation.runtime.blocking import is_on_the_loop


class Turn:
    """A long piece of work on gevent's loop, cut so that others wait no longer than `most_s`."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._since_s = time.monotonic()
        self._has_others = is_on_the_loop()

    def pass_on(self) -> None:
        """Let others run if this has run for long enough; outside the loop there are none."""
        if self._has_others and time.monotonic() - self._since_s >= self._most_s:
            gevent.sleep(0)
            self._since_s = time.monotonic()
