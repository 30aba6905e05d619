"""Memory and processor of all processes of this machine's server, by what they are for.

They are found from a web worker: its parent is gunicorn's own process, whose parent is the
supervisor (server/operations/supervisor), if there is one, and the others are the supervisor's
children.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
GUNICORN: Final = b"gunicorn"
SUPERVISOR: Final = b"server.cli"
DEMO: Final = b"server.operations.demo"
READING: Final = b"server.web.reading_process"
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class Use:
    """The number of processes, their resident bytes and their processor time, s."""

    count: int = 0
    resident: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Stat:
    """One process: its parent, resident bytes, its own ticks, and those of children that ended."""

    parent: int
    resident: int
    own: int
    ended: int


def uses(worker: int) -> dict[str, Use]:
    """Of `web`, and where there is a supervisor `jobs`, `reading`, the `demo`'s screens and itself;
    0 for jobs that are being started.
    """
    gunicorn = _parent_named(worker, GUNICORN)
    if gunicorn is None:
        return {"web": _whole([worker])}
    supervisor = _parent_named(gunicorn, SUPERVISOR)
    if supervisor is None:
        return {"web": _whole(_tree(gunicorn))}
    found: dict[str, list[int]] = {"web": [], "jobs": []}
    for child in _children(supervisor):
        found.setdefault(_name_of(child, gunicorn), []).extend(_tree(child))
    return {name: _whole(pids) for name, pids in found.items()} | {"supervisor": _alone(supervisor)}


def _name_of(child: int, gunicorn: int) -> str:
    # The jobs are a copy of the supervisor until they are started again: named by nothing.
    if child == gunicorn:
        return "web"
    words = _words(child)
    if READING in words:
        return "reading"
    return "demo" if DEMO in words else "jobs"


def _parent_named(pid: int, word: bytes) -> int | None:
    """The parent, if it runs that."""
    stat = _stat(pid)
    return stat.parent if stat is not None and word in _words(stat.parent) else None


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        found += _children(pid)
    return found


def _children(pid: int) -> Iterator[int]:
    for task in PROC.glob(f"{pid}/task/*/children"):
        try:
            yield from map(int, task.read_bytes().split())
        except OSError:  # the thread has ended
            continue


def _words(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _whole(pids: list[int]) -> Use:
    """The use of these processes, with the time of their ended children."""
    found = [stat for stat in map(_stat, pids) if stat is not None]
    ticks = sum(stat.own + stat.ended for stat in found)
    return Use(len(found), sum(stat.resident for stat in found), ticks / TICKS)


def _alone(pid: int) -> Use:
    """The use of this process without its children."""
    stat = _stat(pid)
    return Use() if stat is None else Use(1, stat.resident, stat.own / TICKS)


def _stat(pid: int) -> Stat | None:
    """What proc_pid_stat(5) has; None for one that has ended. A program's name may hold anything,
    so fields are counted from behind it.
    """
    try:
        fields = (PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return Stat(int(fields[1]), int(fields[21]) * PAGE_BYTES, own, ended)
