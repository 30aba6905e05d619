"""A few greenlets that process incoming work in order, and may block.

The loop's callbacks must not block, so they queue work here. One greenlet does all of it as long as
it doesn't block; while it waits (for the database, a lock), the next one continues. So work costs
no greenlet each, and none blocks the others.
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
"""Greenlets that may block at once; beyond that work waits for one of them."""
TURN_S: Final = 0.005
"""Seconds that one runs before yielding to the loop, as when thousands reconnect."""
IDLE: Final = 4
"""Idle greenlets that are kept."""


class Crew:
    """Processes work in the order of arrival."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._work: deque[Work] = deque()
        self._idle: list[Waiter] = []
        self._called = False
        self._rests = False
        self._pause = loop.timer(0.0)
        self.size = 0

    def add(self, work: Work) -> None:
        """Queue work, from a callback of the loop or from any greenlet."""
        self._work.append(work)
        self._call()

    def _call(self) -> None:
        if not self._called:
            self._called = True
            self._loop.run_callback(self._wake_next)

    def _wake_next(self) -> None:
        """Called by the loop when the running greenlet has finished or blocks."""
        self._called = False
        if not self._work or self._rests:
            return
        if self._idle:
            self._idle.pop().switch(None)
        elif self.size < MOST:
            self.size += 1
            gevent.spawn(self._serve)

    def _rest(self) -> None:
        """Continue after the loop has polled sockets and timers, not only callbacks."""
        if not self._rests:
            self._rests = True
            self._pause.start(self._go_on)

    def _go_on(self) -> None:
        self._rests = False
        self._wake_next()

    def _serve(self) -> None:
        awake = Waiter()
        while True:
            until_s = time.monotonic() + TURN_S
            while self._work and time.monotonic() < until_s:
                self._call()  # in case this blocks
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
        log.error("socket_work_failed", exc_info=error)
