"""Runs blocking work (files, pictures, hashing) outside the event loop."""

import os
import threading
from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey
from gevent.threadpool import ThreadPool

Result = TypeVar("Result")


def run_blocking(work: Callable[[], Result]) -> Result:
    """Run in gevent's thread pool; without gevent, directly."""
    if not is_on_the_loop():
        return work()
    return _by(get_hub().threadpool, work)


class Lane:
    """A few dedicated threads for work that may hang, so that nothing else waits behind it."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool: ThreadPool | None = None

    def run(self, work: Callable[[], Result]) -> Result:
        """Run in one of these threads; without gevent, directly."""
        if not is_on_the_loop():
            return work()
        if self._pool is None:
            self._pool = ThreadPool(self._threads, hub=get_hub())
        return _by(self._pool, work)


def _by(pool: ThreadPool, work: Callable[[], Result]) -> Result:
    """Exceptions are raised to the caller only: gevent would print them outside the log as well."""
    done: tuple[Result, None] | tuple[None, Exception] = pool.apply(_tried, (work,))
    if done[1] is None:
        return done[0]
    try:
        raise done[1]
    finally:
        del done  # its frames reference this one, and garbage collection is rare


def _tried(work: Callable[[], Result]) -> tuple[Result, None] | tuple[None, Exception]:
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001 - passed on to the waiting caller
        return None, error


def is_on_the_loop() -> bool:
    """Whether this thread runs gevent's loop, so that others wait for it.

    False in pool threads. Linux gives the first thread its process's number, and gevent leaves that
    thread unpatched.
    """
    return monkey.is_module_patched("socket") and threading.get_native_id() == os.getpid()
