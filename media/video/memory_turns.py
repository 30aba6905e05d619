"""Lets a run of ffmpeg that needs much memory have none beside it, in whichever process.

Two jobs run at a time, and two runs of usual size fit. The two largest need more than a gibibyte
together: 430 MiB each, for clips of 4K in HEVC with ten bits.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media.video.memory_budget import AT_ONCE_BYTES

# Memory is the machine's, so the lock is too: one that any process of this code can open.
FOLDER = Path(__file__).parent


@contextmanager
def memory_turn(needed_bytes: int) -> Iterator[None]:
    """Wait for the turn of a run that needs so many bytes, and hold it for the block.

    The lock is flock(2)'s, shared by runs of usual size: it ends with its process and leaves no
    file behind.
    """
    kind = fcntl.LOCK_EX if needed_bytes > AT_ONCE_BYTES else fcntl.LOCK_SH
    descriptor = os.open(FOLDER, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)
