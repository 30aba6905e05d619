"""A machine with a wrong clock.

`python -m tests.support.processes.moved_clock MODULE [ARGUMENT ...]` runs a module of the product
as `python -m` does, with Python's time of day moved by the number of ms in the file named by the
environment, now and in all its children.
"""

import mmap
import os
import runpy
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

MOVED: Final = "MOVED_CLOCK"
_FORM: Final = struct.Struct("q")


class MovedClock:
    """The clock of the processes that are started with its `environment`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.move(0)

    @property
    def environment(self) -> dict[str, str]:
        """By which a process finds it."""
        return {MOVED: str(self._file)}

    def move(self, by_ms: int) -> None:
        """Let all of them be off by so much, from now."""
        with self._file.open("r+b" if self._file.exists() else "w+b") as file:
            file.write(_FORM.pack(by_ms))


def move_time(file: str) -> None:
    """Let this process's time of day be moved."""
    with open(file, "rb") as opened:  # noqa: PTH123 - before the product is imported
        held = mmap.mmap(opened.fileno(), _FORM.size, access=mmap.ACCESS_READ)
    true_ns: Callable[[], int] = time.time_ns

    def now_ns() -> int:
        return true_ns() + _FORM.unpack(held[: _FORM.size])[0] * 1_000_000

    time.time_ns = now_ns
    time.time = lambda: now_ns() / 1e9


if __name__ == "__main__":
    move_time(os.environ[MOVED])
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
