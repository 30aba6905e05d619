"""Lets one request begin in each iteration of gevent's loop, so that a flood leaves gaps.

All requests that have arrived are ready at once, and each runs until it waits for something. Eight
of six milliseconds each, again and again, are fifty for whoever comes between them: an
acknowledgement of plays, a heartbeat. If one begins in each iteration, whatever else is ready has
its turn after each of them. Nobody has less of the server for it: the loop goes on at once.
"""

from collections import deque
from typing import Final

import gevent
from gevent.event import Event

AT_NEXT_ITERATION: Final = 0
"""Delay of a timer, s: timers that are due run once in an iteration, after reading from sockets."""


class StaggeredStarts:
    """The starts of one loop."""

    def __init__(self) -> None:
        self._queue: deque[Event] = deque()
        self._taken = False

    def wait(self) -> None:
        """Return when this greenlet may begin: at once unless another began in this iteration."""
        if self._taken:
            mine = Event()
            self._queue.append(mine)
            mine.wait()
        else:
            self._taken = True
            gevent.spawn_later(AT_NEXT_ITERATION, self._next)

    def _next(self) -> None:
        if self._queue:
            self._queue.popleft().set()
            gevent.spawn_later(AT_NEXT_ITERATION, self._next)
        else:
            self._taken = False
