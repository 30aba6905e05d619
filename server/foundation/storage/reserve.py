"""A disk reserve that keeps sign-in, stops and takeovers working when the disk is full.

A file allocates it. Once little space is left besides the file, transactions are refused with
StorageFull, plays included, except `urgent` ones: these delete the file and use its space. They are
audited as usual, as the audit entry is part of the same transaction. Once there is space again the
file is recreated and everything continues.
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
from server.foundation.runtime.lasting_failures import again_and_again

log = structlog.get_logger(__name__)

NAME: Final = "reserve"
MOST: Final = 64 * 1024 * 1024
"""Bytes: fifty stops of 2,000 screens with receipts, each lifted again.

Measured by tests/faults/full_disks/test_how_long_the_reserve_lasts.py.
"""
SHARE: Final = 6
"""On a small disk at most this fraction (1 / SHARE) of it."""
LITTLE: Final = 8
"""This fraction of the reserve must be free besides it, else deferrable writes are refused."""
AMPLE: Final = 2
"""The file is recreated once so many times its size are free."""
CHECK_INTERVAL_S: Final = 60.0
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
SQLITE_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_URGENT: ContextVar[bool] = ContextVar("urgent", default=False)


@contextmanager
def urgent() -> Iterator[None]:
    """Writes in the block may use the reserve."""
    token = _URGENT.set(True)
    try:
        yield
    finally:
        _URGENT.reset(token)


def is_full(error: BaseException) -> bool:
    """Whether an OS or SQLite error means a full disk."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in SQLITE_FULL
    return isinstance(error, OSError) and error.errno in FULL


@dataclass(frozen=True)
class Reserve:
    """The reserve on the disk of a data folder."""

    data: Path

    @property
    def file(self) -> Path:
        """The file that allocates it."""
        return self.data / NAME

    def admit(self) -> None:
        """Admit a transaction. Raises StorageFull if space is short, unless it is urgent."""
        usage = shutil.disk_usage(self.data)
        size = _size(usage.total)
        if usage.free >= size + size // LITTLE:
            return
        if _URGENT.get():
            self._give_way(usage.free, size // LITTLE)
        elif usage.free + self._held() < size + size // LITTLE:
            raise StorageFull

    def make_way(self) -> None:
        """Free the reserve for an urgent transaction on another database."""
        if _URGENT.get():
            usage = shutil.disk_usage(self.data)
            self._give_way(usage.free, _size(usage.total) // LITTLE)

    def keep(self) -> bool:
        """Allocate the reserve if there is space; returns whether it is allocated now."""
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
            log.warning("disk_reserve_failed", error=str(error))
            half.unlink(missing_ok=True)
            return False
        return True

    def _give_way(self, free: int, little: int) -> None:
        if free < little and self._held():
            self.file.unlink(missing_ok=True)
            log.error("disk_reserve_released")

    def _held(self) -> int:
        """Bytes that the file allocates now."""
        try:
            return self.file.stat().st_size
        except FileNotFoundError:
            return 0


def start(data: Path) -> None:
    """Maintain the reserve until the process ends."""
    gevent.spawn(again_and_again, Reserve(data).keep, CHECK_INTERVAL_S, "disk_check")


def _size(total: int) -> int:
    return min(MOST, total // SHARE)
