"""A failure that lasts, in a loop that has to go on: logged when it begins and when it ends."""

from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger(__name__)


class Trouble:
    """The outermost edge of a loop; each turn stands under `with`.

    A turn's exception ends here and the next turn comes, whatever it was. The first of a row of
    them is logged with its traceback, the others aren't; the first turn that is well again says so.
    What ends a thread, a greenlet or the process (`BaseException`) goes through.
    """

    def __init__(self, fails: str, again: str) -> None:
        """Take what a log says of the beginning and of the end."""
        self._fails = fails
        self._again = again
        self._lasts = False

    @property
    def lasts(self) -> bool:
        """Whether the last turn failed."""
        return self._lasts

    def __enter__(self) -> Self:
        """A turn begins."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """A turn is over; whether what it raised ends here."""
        if error is None:
            self._end()
            return False
        if not isinstance(error, Exception):
            return False
        if not self._lasts:
            log.error(self._fails, exc_info=error)
        self._lasts = True
        return True

    def _end(self) -> None:
        if self._lasts:
            log.info(self._again)
        self._lasts = False
