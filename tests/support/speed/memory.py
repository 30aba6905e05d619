"""Measures the private memory of a tree of processes while it works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAUSE_S = 0.1
KIB = 1024


@dataclass
class Peak:
    """The most bytes seen so far, and the programs that held most of them then."""

    bytes: int = 0
    programs: tuple[str, ...] = ()

    def see(self, root: int) -> None:
        """Sample the tree once."""
        held = {pid: private_bytes(pid) for pid in tree(root)}
        if sum(held.values()) > self.bytes:
            self.bytes = sum(held.values())
            largest = sorted(held, key=lambda pid: -held[pid])[:6]
            self.programs = tuple(f"{_name(pid)} {held[pid] >> 20}" for pid in largest)


@contextmanager
def watched(root: int) -> Iterator[Peak]:
    """The peak of a process and all below it, for the length of the block."""
    peak, over = Peak(), threading.Event()

    def sample() -> None:
        while not over.wait(PAUSE_S):
            peak.see(root)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def tree(root: int) -> list[int]:
    """The process and its descendants that are there now."""
    parents = {pid: _parent(pid) for pid in map(int, _numbers())}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def private_bytes(pid: int) -> int:
    """The pages that belong to this process alone; 0 for one that has ended."""
    return _summed(pid, "Private_")


def anonymous_bytes(pid: int) -> int:
    """What it has that no file has, of pages that others of its family have too its share.

    Over a family each page counts once, however many share it: none seems to be won when a process
    is replaced by a fork of its parent. 0 for one that has ended.
    """
    return _summed(pid, "Pss_Anon:")


def _summed(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith(name))


def _numbers() -> Iterator[str]:
    return (path.name for path in Path("/proc").iterdir() if path.name.isdigit())


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "?"
