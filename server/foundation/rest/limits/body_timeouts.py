"""Timeouts of request bodies: per silence, and in total; and pauses for bodies that drip.

Authenticated senders have no total limit, as uploads of gigabytes take long; silence is limited.
Hundreds of bodies by the byte, all at the same moments, would take the loop for as long as it takes
to wake each: so a body that came in small pieces is read once in a while, at no common moment, and
then all of it that has arrived.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from gevent import Timeout, sleep

from server.foundation.rest.limits.unproven_connections import Stranger

SILENCE_S: Final = 20.0
WHOLE_S: Final = 60.0
SMALL_BYTES: Final = 512
"""Below what a full packet of any network carries."""
FREE_PIECES: Final = 3
"""Small ones read at once: a head, a body and a remainder of it."""
PAUSES_S: Final = (0.5, 1.5)
_READING: ContextVar["Patience | None"] = ContextVar("patience", default=None)


class TooSlow(OSError):
    """The body didn't arrive in time."""


class Patience:
    """The timeouts of one request; `clock` returns seconds. `stranger`: its unproven connection."""

    def __init__(self, clock: Callable[[], float], stranger: Stranger | None = None) -> None:
        self._clock = clock
        self._until_s: float | None = clock() + WHOLE_S
        self._stranger = stranger
        self._small_pieces = 0

    def know(self) -> None:
        """The sender is authenticated."""
        self._until_s = None
        if self._stranger is not None:
            self._stranger.know()

    def note_piece(self, size: int) -> None:
        """A piece of so many bytes has come."""
        self._small_pieces += size < SMALL_BYTES

    def pause_s(self) -> float:
        """Seconds to leave the next piece unread."""
        if self._until_s is None or self._small_pieces <= FREE_PIECES:
            return 0.0
        return random.uniform(*PAUSES_S)  # noqa: S311 - spreads load, protects no secret

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
            pause_s = patience.pause_s()
            if pause_s:
                sleep(pause_s)
            piece: bytes = type(unreader).chunk(unreader, size_hint)
        patience.note_piece(len(piece))
        return piece

    unreader.chunk = chunk
    token = _READING.set(patience)
    try:
        yield
    finally:
        _READING.reset(token)
        del unreader.chunk
