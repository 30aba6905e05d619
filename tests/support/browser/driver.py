"""Playwright's driver: a thread has one at a time, so whatever opens browsers there shares it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Playwright, sync_playwright


class _Shared(threading.local):
    """The driver of a thread, and how many use it."""

    users = 0
    driver: Playwright


_SHARED = _Shared()


@contextmanager
def playwright_driver() -> Iterator[Playwright]:
    """The thread's driver: the first user starts it, the last one that is done stops it.

    A second `sync_playwright()` in a thread is refused ("Sync API inside the asyncio loop"), so a
    browser of a whole session would keep later files from having one of their own.
    """
    if not _SHARED.users:
        _SHARED.driver = sync_playwright().start()
    _SHARED.users += 1
    try:
        yield _SHARED.driver
    finally:
        _SHARED.users -= 1
        if not _SHARED.users:
            _SHARED.driver.stop()
