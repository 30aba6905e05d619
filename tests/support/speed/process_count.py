"""Counts the processes started by this one, so that quick tests can be required to start none."""

import sys
from collections.abc import Callable

STARTS = frozenset({"subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec", "os.system"})

_started: list[str] = []


def watch_for_children() -> None:
    """Count from now on; an audit hook stays to the end of the process."""
    sys.addaudithook(_notice)


def started() -> int:
    """How many processes were started since."""
    return len(_started)


def _notice(
    event: str,
    _arguments: tuple[object, ...],
    # Its own: a hook is called even when the interpreter has emptied its modules.
    starts: frozenset[str] = STARTS,
    note: Callable[[str], None] = _started.append,
) -> None:
    if event in starts:
        note(event)
