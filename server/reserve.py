"""Room set aside on the disk, by which sign-in, stops and takeovers go on when it is full.

A file that nobody reads holds it. Uploads leave more than that, but logs, plays or somebody else's
files may take the last block; then the file goes, and what people must be able to do has its room.
What is done so is recorded as ever: the audit entry is part of the same transaction.
"""

import os
import shutil
from pathlib import Path
from typing import Final

import gevent
import structlog

log = structlog.get_logger(__name__)

NAME: Final = "reserve"
BYTES: Final = 64 * 1024 * 1024
LOW: Final = 8 * 1024 * 1024
"""With less than this the file goes: what a stop on thousands of screens writes fits in it."""
AMPLE: Final = 4
"""The file is made again once so many times its size are free."""
LOOK_EVERY_S: Final = 60.0


def keep(data: Path, size: int = BYTES) -> bool:
    """Set the room aside unless it is, or there is too little; whether it is set aside now."""
    file = data / NAME
    if file.exists():
        return True
    if shutil.disk_usage(data).free < AMPLE * size:
        return False
    half = file.with_suffix(".new")
    try:
        with half.open("wb") as written:
            os.posix_fallocate(written.fileno(), 0, size)
        half.replace(file)
    except OSError as error:
        log.warning("no room could be set aside", error=str(error))
        half.unlink(missing_ok=True)
        return False
    return True


def make_room(data: Path) -> bool:
    """Give the room away if the disk is as good as full; whether that was done now."""
    if shutil.disk_usage(data).free >= LOW:
        return False
    try:
        (data / NAME).unlink()
    except FileNotFoundError:
        return False
    log.error("the disk is full: the room set aside is used for sign-in, stops and takeovers")
    return True


def start(data: Path) -> None:
    """Keep the room set aside, until the process ends."""
    gevent.spawn(_run, data)


def _run(data: Path) -> None:
    while True:
        try:
            keep(data)
        except OSError as error:
            log.warning("the disk can't be looked at", error=str(error))
        gevent.sleep(LOOK_EVERY_S)
