"""How long tests wait: one number that only a hang exceeds.

The actual time depends more on the machine than on the code; `make bench-gate` judges it.
"""

import time
from collections.abc import Callable
from typing import Final, TypeVar

PATIENCE_S: Final = 60.0
"""Seconds; the same for processes, sockets and pages."""
PATIENCE_MS: Final = int(PATIENCE_S * 1000)
IN_BROWSERS_S: Final = 900
"""How long a test in browsers may take, seconds.

A journey with its district takes 140 s on two slow hyperthreads with all lanes of its stage beside
it, and more than 300 s beside busy loops too.
"""

T = TypeVar("T")


def until(
    what: str,
    condition: Callable[[], T],
    *,
    patience_s: float = PATIENCE_S,
    every_s: float = 0.02,
) -> T:
    """Poll `condition` until it is truthy and return its value.

    `patience_s` is for what takes longer by itself (a build of days of plays), not for what should
    be quick. Raises AssertionError that names `what`, the patience and the last value.
    """
    deadline = time.monotonic() + patience_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never in {patience_s:g} s: {what} (last: {value!r})"
        time.sleep(every_s)
    return value
