"""Which implementation of the loop search this machine uses."""

from pathlib import Path
from typing import Final

from playlists.search.compiled import load
from server.operations.doctor.finding import Check, Finding

LOOPS: Final = Check("编排", "loops")


def search(library: Path) -> Finding:
    """Whether loops are built in a fraction of a second or in seconds, with equal results."""
    if load(library):
        return LOOPS.ok("使用编译形式，每个循环约 0.1 秒。", "compiled, about 0.1 s each.")
    return LOOPS.warn(
        "使用 Python 形式，每个循环要几秒：安装 gcc 和 libc6-dev，再执行 make setup。",
        "not compiled, seconds each: install gcc and libc6-dev, then run make setup.",
    )
