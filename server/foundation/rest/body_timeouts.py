"""Timeouts of request bodies: per silence, and in total.

Authenticated senders have no total limit, as uploads of gigabytes take long; silence is limited.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from gevent import Timeout

from server.foundation.rest.unproven_connections import Stranger

SILENCE_S: Final = 20.0
WHOLE_S: Final = 60.0
_READING: ContextVar["Patience | None"] = ContextVar("patience", default=None)


class TooSlow(OSError):
    """The body didn't arrive in time."""


class Patience:
    """The timeouts of one request; `clock` returns seconds. `stranger`: its unproven connection."""

    def __init__(self, clock: Callable[[], float], stranger: Stranger | None = None) -> None:
        self._clock = clock
        self._until_s: float | None = clock() + WHOLE_S
        self._stranger = stranger

    def know(self) -> None:
        """The sender is authenticated."""
        self._until_s = None
        if self._stranger is not None:
            self._stranger.know()

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """The server waits for the sender in the block."""
        if self._stranger is not None:
            self._stranger.waits = True
        try:
            yield
        finally:
            if self._stranger is not None:
                self._stranger.waits = False

    def left_s(self) -> float:
        """Seconds to wait for the next piece."""
        if self._until_s is None:
            return SILENCE_S
        return min(SILENCE_S, self._until_s - self._clock())


def know_sender() -> None:
    """The sender of the current greenlet's request is authenticated."""
    patience = _READING.get()
    if patience is not None:
        patience.know()


@contextmanager
def limited(unreader: Any, patience: Patience) -> Iterator[None]:
    """Apply the timeouts to reads from a connection; the block raises TooSlow beyond them."""

    def chunk(size_hint: int | None = None) -> bytes:
        left_s = patience.left_s()
        if left_s <= 0:
            raise TooSlow
        with Timeout(left_s, TooSlow()), patience.awaited():
            piece: bytes = type(unreader).chunk(unreader, size_hint)
        return piece

    unreader.chunk = chunk
    token = _READING.set(patience)
    try:
        yield
    finally:
        _READING.reset(token)
        del unreader.chunk
