"""Work that would hold up gevent's hub is done aside, in a real thread of its pool."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import gevent

from server.apart import apart, is_on_the_loop

T = TypeVar("T")


def aside(function: Callable[..., T], *args: Any) -> T:
    """Call in the hub's thread pool under gevent, else right here; returns or raises the same."""
    return apart(partial(function, *args))


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
