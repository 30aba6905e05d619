"""Lets work on gevent's loop yield to others: in the midst of it, and before it begins."""

import time
from collections import deque
from functools import cache
from typing import Any, Final

import gevent
from gevent import get_hub
from gevent.hub import Waiter

from server.foundation.runtime.blocking import is_on_the_loop

AT_NEXT_ITERATION: Final = 0
"""Delay of a timer, s: timers that are due run once in an iteration, after reading from sockets."""
AFTER_SOCKETS: Final = -1
"""Priority of a timer: it is called last of all watchers that are due in an iteration."""
SHORTEST_S: Final = 1e-6
HANDSHAKES_S: Final = 0.002
"""How long handshakes that came together have the loop in an iteration."""


def yield_to_loop() -> None:
    """Let all others on the loop have a turn, from the midst of a piece of work that goes on.

    `gevent.sleep(0)` lets those run that are ready. While a greenlet repeats it, gevent polls
    sockets and threads only once in a tenth of a second: for so long a play whose commit a thread
    has finished isn't acknowledged.
    """
    if is_on_the_loop():
        gevent.sleep(SHORTEST_S)


class Turn:
    """A long piece of work that yields at least every `most_s` seconds."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._since_s = time.monotonic()

    def pass_on(self) -> None:
        """Yield if this has run for long enough; no effect outside the loop."""
        if time.monotonic() - self._since_s >= self._most_s:
            yield_to_loop()
            self._since_s = time.monotonic()


class StaggeredStarts:
    """Lets one piece of work begin in each iteration of a loop, so that a flood leaves gaps.

    All requests that have arrived are ready at once, and each runs until it waits for something.
    Eight of six milliseconds each, again and again, are fifty for what comes between them: an
    acknowledgement of plays, a heartbeat. If one begins in each iteration, all else that is ready
    has its turn after each of them; the loop goes on at once, so nothing is lost by it.

    An iteration polls all sockets: with two thousand of them it was a third of what a handshake
    cost. With `together_s` as many begin in one as don't take longer than that, and one more.
    """

    def __init__(self, together_s: float = 0.0) -> None:
        self._together_s = together_s
        self._queue: deque[Waiter] = deque()
        self._taken = False
        self._timer: Any = None

    def wait(self) -> None:
        """Return when this greenlet may begin: at once unless another began in this iteration."""
        if self._taken:
            mine = Waiter()
            self._queue.append(mine)
            mine.get()
        else:
            self._taken = True
            self._timer = get_hub().loop.timer(AT_NEXT_ITERATION, priority=AFTER_SOCKETS)
            self._timer.start(self._next)

    def _next(self) -> None:
        """Called by the loop: each switch returns when that greenlet waits for something."""
        if not self._queue:
            self._taken = False
            return
        self._timer.start(self._next)
        until_s = time.monotonic() + self._together_s
        self._queue.popleft().switch(None)
        while self._queue and time.monotonic() < until_s:
            self._queue.popleft().switch(None)


def wait_for_a_turn() -> None:
    """Let others pass before long work on this process's loop; no effect elsewhere.

    For people's requests as they begin, and as they go on with what a thread worked out: answers of
    threads come together too.
    """
    if is_on_the_loop():
        _requests().wait()


def wait_for_a_handshake() -> None:
    """The same for the handshake of a socket, which takes a quarter of a millisecond."""
    if is_on_the_loop():
        _handshakes().wait()


@cache
def _requests() -> StaggeredStarts:
    return StaggeredStarts()


@cache
def _handshakes() -> StaggeredStarts:
    return StaggeredStarts(HANDSHAKES_S)
