"""Room set aside on the disk, by which sign-in, stops and takeovers go on when it is full.

A file that nobody reads holds it. As soon as little is left beside that file, transactions are
refused in words, plays among them, but for those that can't wait (`urgent`): these give the file
up and have its room for themselves. What they do is recorded as ever, as the audit entry is part of
the same transaction. Once there is room again the file is made anew and everybody goes on.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gevent
import structlog

from server.foundation.errors import StorageFull
from server.foundation.runtime.lasting_failures import Trouble

log = structlog.get_logger(__name__)

NAME: Final = "reserve"
MOST: Final = 64 * 1024 * 1024
"""Bytes: fifty stops, each lifted again, of 2,000 screens, with every screen's receipts
(tests/faults/test_how_long_the_reserve_lasts.py)."""
SHARE: Final = 6
"""On a small disk no more than such a part of it."""
LITTLE: Final = 8
"""Such a part of the reserve has to be free beside it, else what can wait is refused."""
AMPLE: Final = 2
"""The file is made again once so many times its size are free."""
LOOK_EVERY_S: Final = 60.0
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
SQLITE_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_URGENT: ContextVar[bool] = ContextVar("urgent", default=False)


@contextmanager
def urgent() -> Iterator[None]:
    """What is written in the block doesn't wait for room: it may use what is set aside."""
    token = _URGENT.set(True)
    try:
        yield
    finally:
        _URGENT.reset(token)


def is_full(error: BaseException) -> bool:
    """Whether an error of the operating system or of SQLite means that a disk has no room."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in SQLITE_FULL
    return isinstance(error, OSError) and error.errno in FULL


@dataclass(frozen=True)
class Reserve:
    """The room set aside on the disk of a data folder."""

    data: Path

    @property
    def file(self) -> Path:
        """What holds it."""
        return self.data / NAME

    def admit(self) -> None:
        """Let a transaction begin. Raises StorageFull, unless it is urgent, when room is short."""
        usage = shutil.disk_usage(self.data)
        size = _size(usage.total)
        if usage.free >= size + size // LITTLE:
            return
        if _URGENT.get():
            self._give_way(usage.free, size // LITTLE)
        elif usage.free + self._held() < size + size // LITTLE:
            raise StorageFull

    def make_way(self) -> None:
        """Give an urgent transaction the room for its files; its database is somewhere else."""
        if _URGENT.get():
            usage = shutil.disk_usage(self.data)
            self._give_way(usage.free, _size(usage.total) // LITTLE)

    def keep(self) -> bool:
        """Set the room aside unless it is, or there is too little; whether it is set aside now."""
        usage = shutil.disk_usage(self.data)
        size = _size(usage.total)
        if self._held():
            return True
        if usage.free < AMPLE * size:
            return False
        half = self.file.with_suffix(".new")
        try:
            with half.open("wb") as written:
                os.posix_fallocate(written.fileno(), 0, size)
            half.replace(self.file)
        except OSError as error:
            log.warning("no room could be set aside", error=str(error))
            half.unlink(missing_ok=True)
            return False
        return True

    def _give_way(self, free: int, little: int) -> None:
        if free < little and self._held():
            self.file.unlink(missing_ok=True)
            log.error("the disk is full: what is set aside is used for sign-in, stops, takeovers")

    def _held(self) -> int:
        """Bytes that the file holds now."""
        try:
            return self.file.stat().st_size
        except FileNotFoundError:
            return 0


def start(data: Path) -> None:
    """Keep the room set aside, until the process ends."""
    gevent.spawn(_run, Reserve(data))


def _run(reserve: Reserve) -> None:
    trouble = Trouble("the disk can't be looked at for now", "the disk is looked at again")
    while True:
        with trouble:
            reserve.keep()
        gevent.sleep(LOOK_EVERY_S)


def _size(total: int) -> int:
    return min(MOST, total // SHARE)
