"""Tunes the garbage collector for long-lived start-up objects.

A starting process creates half a million objects, all of which stay. Scanning them repeatedly takes
a fifth of the start, and freeing them a third of the exit.
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = (10_000, 20)
"""Thresholds: new objects before a collection, and such collections before one of survivors.

With the default of 700 a report of 3,500 screens took a fifth longer. A collection over 10,000
takes 5 ms at most; one over 50,000 took 45 ms in the middle of a report, and as long in total.
"""


@contextmanager
def all_stays() -> Iterator[None]:
    """Objects created in the block are never scanned again.

    Afterwards collections are rare.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


def rarely() -> None:
    """For a command, which ends before garbage matters."""
    gc.set_threshold(*SELDOM)


def give_back() -> None:
    """Collect garbage now, and return freed memory to the system (malloc_trim(3)).

    glibc keeps freed memory below blocks still in use, so that occasional work would leave each
    process at its peak. Other C libraries have no such call and are left alone.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
