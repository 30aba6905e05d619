"""Runs blocking work (files, pictures, hashing) outside the event loop."""

import os
import threading
from collections.abc import Callable
from typing import TypeVar

import gevent
from gevent import get_hub, monkey
from gevent._hub_local import get_hub_if_exists
from gevent.threadpool import ThreadPool

Result = TypeVar("Result")


def run_blocking(work: Callable[[], Result]) -> Result:
    """Run in gevent's thread pool; without gevent, directly."""
    if not is_on_the_loop():
        return work()
    return _by(get_hub().threadpool, work)


class Lane:
    """A few dedicated threads for work that may hang, so that nothing else waits behind it.

    `keeps_sockets`: the work leaves connections open for the next, which are their thread's hub's.
    """

    def __init__(self, threads: int, *, keeps_sockets: bool = False) -> None:
        self._threads = threads
        self._keeps_sockets = keeps_sockets
        self._pool: ThreadPool | None = None

    def run(self, work: Callable[[], Result]) -> Result:
        """Run in one of these threads; without gevent, directly."""
        if not is_on_the_loop():
            return work()
        if self._pool is None:
            self._pool = ThreadPool(self._threads, hub=get_hub())
        return _by(self._pool, work, keeps_hub=self._keeps_sockets)


def _by(pool: ThreadPool, work: Callable[[], Result], *, keeps_hub: bool = False) -> Result:
    """Exceptions are raised to the caller only: gevent would print them outside the log as well."""
    done: tuple[Result, None] | tuple[None, Exception] = pool.apply(_tried, (work, keeps_hub))
    if done[1] is None:
        return done[0]
    try:
        raise done[1]
    finally:
        del done  # its frames reference this one, and garbage collection is rare


def _tried(
    work: Callable[[], Result], keeps_hub: bool
) -> tuple[Result, None] | tuple[None, Exception]:
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001 - passed on to the waiting caller
        return None, error
    finally:
        _wake_who_waits(keeps_hub)


def _wake_who_waits(keeps_hub: bool) -> None:
    """Let nobody wait for what this thread has let go.

    Work that slept, waited or used a socket has made a hub of its thread. That hub wakes those who
    wait for locks of the thread, on the loop too, but it runs only while the thread itself waits:
    once the work is done never again, and they would wait for good.
    """
    hub = get_hub_if_exists()
    if hub is not None:
        gevent.sleep(0)
        if not keeps_hub:
            hub.destroy(destroy_loop=True)


def is_on_the_loop() -> bool:
    """Whether this thread runs gevent's loop, so that others wait for it.

    False in pool threads. Linux gives the first thread its process's number, and gevent leaves that
    thread unpatched.
    """
    return monkey.is_module_patched("socket") and threading.get_native_id() == os.getpid()
