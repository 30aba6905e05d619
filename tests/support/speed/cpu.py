"""How much of a processor a tree of processes has used, and what a piece of work takes of it."""

import json
import os
import time
from pathlib import Path

from tests.support.speed.memory import tree

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PIECES = 4000


def used_ms(root: int) -> float:
    """User and system time of a process and its living descendants since they began, in ms.

    By each one's clock, as `/proc` counts in steps of 10 ms.
    """
    return sum(map(_clock_ns, tree(root))) / 1e6


def spent_ms(root: int) -> float:
    """As `used_ms`, with descendants that have ended and were waited for."""
    return sum(_ticks(pid, ended=True) for pid in tree(root)) * 1000 / TICKS_PER_S


def _clock_ns(pid: int) -> int:
    """The processor time of a process, whose clock's number clock_getcpuclockid(3) makes of it."""
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:  # it has just ended
        return 0


def _ticks(pid: int, *, ended: bool = False) -> int:
    """Fields 14 and 15 of proc_pid_stat(5), and 16 and 17 for children that have ended; the name
    before them is in brackets."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    return sum(map(int, fields.rpartition(")")[2].split()[11 : 15 if ended else 13]))


def yardstick_ms() -> float:
    """What a fixed piece of work in Python costs on this machine at this moment, in ms.

    It makes, joins and sorts what pages are made of, so that it grows dear and cheap as they do.
    Of three goes the one in the middle.
    """
    return sorted(_piece_of_work_ms() for _ in range(3))[1]


def _piece_of_work_ms() -> float:
    began = time.thread_time()
    rows = [{"name": f"{number:05d}", "at": number * 7919 % 10007} for number in range(PIECES)]
    by_name = {row["name"]: row for row in sorted(rows, key=lambda row: row["at"])}
    text = "".join(f"<td>{name}</td><td>{row['at']}</td>" for name, row in by_name.items())
    json.loads(json.dumps([text, rows]))
    return (time.thread_time() - began) * 1000
