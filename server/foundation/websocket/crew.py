"""A few greenlets that do what has come in, one piece after the other, and may wait.

The loop's callbacks can't wait for anything, so they leave work here. One greenlet does all of it
as long as it doesn't wait; while it waits (for the database, a lock), the next one goes on. So a
piece of work costs no greenlet, and none holds up the others.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import gevent
import structlog
from gevent.hub import Waiter

log = structlog.get_logger(__name__)

Work = Callable[[], None]

MOST: Final = 500
"""Greenlets that may wait at once; beyond that work waits for one of them."""
TURN_S: Final = 0.005
"""How long one goes on before the loop has a turn, as when thousands come back at once."""
IDLE: Final = 4
"""Greenlets that are kept when there is nothing to do."""


class Crew:
    """Work in the order in which it came."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._work: deque[Work] = deque()
        self._idle: list[Waiter] = []
        self._called = False
        self._rests = False
        self._pause = loop.timer(0.0)
        self.size = 0

    def add(self, work: Work) -> None:
        """Have it done soon; from a callback of the loop or from any greenlet."""
        self._work.append(work)
        self._call()

    def _call(self) -> None:
        if not self._called:
            self._called = True
            self._loop.run_callback(self._look)

    def _look(self) -> None:
        """By the loop: whoever was at work is done, or waits."""
        self._called = False
        if not self._work or self._rests:
            return
        if self._idle:
            self._idle.pop().switch(None)
        elif self.size < MOST:
            self.size += 1
            gevent.spawn(self._serve)

    def _rest(self) -> None:
        """Go on after the loop has looked at its sockets and timers, not only at its callbacks."""
        if not self._rests:
            self._rests = True
            self._pause.start(self._go_on)

    def _go_on(self) -> None:
        self._rests = False
        self._look()

    def _serve(self) -> None:
        awake = Waiter()
        while True:
            until_s = time.monotonic() + TURN_S
            while self._work and time.monotonic() < until_s:
                self._call()  # in case that this waits
                _do(self._work.popleft())
            if self._work:
                self._rest()
            if len(self._idle) >= IDLE:
                self.size -= 1
                return
            self._idle.append(awake)
            awake.get()
            awake.clear()


def _do(work: Work) -> None:
    try:
        work()
    except Exception as error:
        log.error("a socket's message broke something", exc_info=error)
