"""Locks a data folder: serving processes share it, a restore needs it exclusively.

The kernel releases the lock however a process ends, so it can't become stale.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

LOCK_NAME: Final = "serving.lock"
UNFINISHED_NAME: Final = "RESTORE-UNFINISHED"
PATIENCE_S: Final = 2.0
PAUSE_S: Final = 0.02
_held: list[int] = []


class InUse(Exception):
    """A server uses the folder; `pid` is the leader's, if any."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(pid)
        self.pid = pid


class HalfRestored(Exception):
    """A restore was interrupted: the folder is part old and part new."""


def mark_serving(data: Path, *, leader: bool = False) -> None:
    """Hold the shared lock until the process ends; a leader stores its pid.

    Raises InUse during a restore, HalfRestored after an interrupted one.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = _open(data)
    try:
        _share(descriptor)
        if (data / UNFINISHED_NAME).exists():
            raise HalfRestored
    except BaseException:
        os.close(descriptor)
        raise
    if leader:
        _leave_number(descriptor)
    _held.append(descriptor)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the exclusive lock for the block. Raises InUse if a server uses the folder."""
    data.mkdir(parents=True, exist_ok=True)
    descriptor = _open(data)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InUse(_pid_in(descriptor)) from None
    finally:
        os.close(descriptor)


def is_served(data: Path) -> bool:
    """Whether a server uses the folder; has no side effects."""
    if not (data / LOCK_NAME).exists():
        return False
    try:
        with alone(data):
            return False
    except InUse:
        return True


def _share(descriptor: int) -> None:
    """Take the shared lock; retries, as a mere check holds it for a moment."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise InUse(_pid_in(descriptor)) from None
            time.sleep(PAUSE_S)
        else:
            return


def _leave_number(descriptor: int) -> None:
    """Write the PID that `InUse` reports; on a full disk the server starts without it."""
    number = f"{os.getpid()}\n".encode()
    with suppress(OSError):
        os.pwrite(descriptor, number, 0)
        os.ftruncate(descriptor, len(number))


def _open(data: Path) -> int:
    return os.open(data / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _pid_in(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
    return int(text) if text.isdigit() else None
