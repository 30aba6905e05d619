"""Runs blocking work (files, pictures, hashing) apart from the loop that serves everyone."""

import os
import threading
from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey
from gevent.threadpool import ThreadPool

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """Do the work in gevent's thread pool while others are served; elsewhere just do it."""
    if not is_on_the_loop():
        return work()
    result: Result = get_hub().threadpool.apply(work)
    return result


class Lane:
    """A few threads of its own for work that may hang: nothing else waits behind it."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool: ThreadPool | None = None

    def apart(self, work: Callable[[], Result]) -> Result:
        """Do the work in one of these threads while others are served; elsewhere just do it."""
        if not is_on_the_loop():
            return work()
        if self._pool is None:
            self._pool = ThreadPool(self._threads, hub=get_hub())
        result: Result = self._pool.apply(work)
        return result


def is_on_the_loop() -> bool:
    """Whether others wait for this thread: gevent serves, and this is its loop's.

    Work that is apart already stays where it is. Linux gives the first thread its process's
    number, and gevent leaves that one alone.
    """
    return monkey.is_module_patched("socket") and threading.get_native_id() == os.getpid()
