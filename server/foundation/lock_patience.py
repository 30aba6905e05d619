"""How long whoever asks for something is kept waiting by locks: decided here, for all that wait.

A player waits ten seconds for an answer and then takes the way for dead, a person less. So whatever
a lock keeps from being done is answered 503 within `ANSWER_S`, by HTTP and by socket alike. One
lock is waited for so long, and all locks that one request or message meets together so long.
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
"""Of the rest of `ANSWER_S` the request itself is made."""
_WAITED: ContextVar["Waited | None"] = ContextVar("waited", default=None)


class Waited:
    """How long one request has been kept waiting so far, s."""

    def __init__(self) -> None:
        self.seconds = 0.0


@contextmanager
def one_request() -> Iterator[Waited]:
    """All that is waited for in the block is waited for by one request or message."""
    waited = Waited()
    token = _WAITED.set(waited)
    try:
        yield waited
    finally:
        _WAITED.reset(token)


@contextmanager
def waiting(most_s: float = LOCK_S, all_s: float = ALL_LOCKS_S) -> Iterator[float]:
    """A lock is waited for in the block, for so many seconds at most: `most_s`, and what the
    request has left of `all_s`. Whoever was told once to come again is kept waiting by nothing
    more.
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
