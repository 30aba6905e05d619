"""Lasting failures in endless loops: logged at their begin and their end."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

import gevent
import structlog

log = structlog.get_logger(__name__)


class Trouble:
    """The outermost error handler of a loop; each iteration runs under `with`.

    Exceptions end here, and the next iteration follows. The first of consecutive failures is logged
    with its traceback; the first success after them is logged too. `BaseException` (end of a
    thread, greenlet or process) passes through. `lasts`: whether the last iteration failed.
    """

    def __init__(self, fails: str, again: str) -> None:
        """`fails` and `again`: log events of the first failure and of the recovery."""
        self._fails = fails
        self._again = again
        self.lasts = False

    def __enter__(self) -> Self:
        """An iteration begins."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """An iteration ends; returns whether its exception is suppressed."""
        if error is None:
            self._end()
            return False
        if not isinstance(error, Exception):
            return False
        if not self.lasts:
            log.error(self._fails, exc_info=error)
        self.lasts = True
        return True

    def _end(self) -> None:
        if self.lasts:
            log.info(self._again)
        self.lasts = False


def again_and_again(act: Callable[[], object], every_s: float, task: str) -> None:
    """Run it at intervals until the process ends; `task`: how its log events begin."""
    trouble = Trouble(f"{task}_failed", f"{task}_recovered")
    while True:
        with trouble:
            act()
        gevent.sleep(every_s)
