"""How much of a processor a tree of processes has used, whatever else the machine does."""

import os
from pathlib import Path

from tests.support.memory import tree

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def used_ms(root: int) -> float:
    """User and system time of a process and its living descendants since they began, in ms."""
    return sum(map(_ticks, tree(root))) * 1000 / TICKS_PER_S


def _ticks(pid: int) -> int:
    """Fields 14 and 15 of proc_pid_stat(5); the name before them is in brackets."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    user, system = fields.rpartition(")")[2].split()[11:13]
    return int(user) + int(system)
