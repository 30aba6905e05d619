"""How long requests may wait for locks, decided here for all locks.

Players wait ten seconds for an answer before they try another route, people less. So work blocked
by a lock is answered 503 within `ANSWER_S`, by HTTP and socket alike: one lock is waited for
`LOCK_S`, all locks of one request or message together for `ALL_LOCKS_S`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from server.foundation.errors import Busy

ANSWER_S: Final = 8.0
LOCK_S: Final = 4.0
ALL_LOCKS_S: Final = 6.0
"""Seconds; the rest of `ANSWER_S` is for the request itself."""
_WAITED: ContextVar["Waited | None"] = ContextVar("waited", default=None)


class Waited:
    """Seconds that one request has waited so far."""

    def __init__(self) -> None:
        self.seconds = 0.0


@contextmanager
def one_request() -> Iterator[Waited]:
    """All waits in the block belong to one request or message."""
    waited = Waited()
    token = _WAITED.set(waited)
    try:
        yield waited
    finally:
        _WAITED.reset(token)


@contextmanager
def waiting(most_s: float = LOCK_S, all_s: float = ALL_LOCKS_S) -> Iterator[float]:
    """Wait for a lock in the block; yields the permitted seconds.

    At most `most_s`, and the request's rest of `all_s`; 0 once it has been refused as Busy.
    """
    waited, began = _WAITED.get(), time.monotonic()
    try:
        yield most_s if waited is None else max(0.0, min(most_s, all_s - waited.seconds))
    except Busy:
        if waited is not None:
            waited.seconds = ANSWER_S
        raise
    finally:
        if waited is not None:
            waited.seconds += time.monotonic() - began
