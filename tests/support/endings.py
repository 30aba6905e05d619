"""What was opened in a test file is closed when the file ends, also what no fixture holds."""

from collections.abc import Callable

_WAITING: list[Callable[[], object]] = []


def at_end(close: Callable[[], object]) -> None:
    """Have this called after the last test of the file; the newest first."""
    _WAITING.append(close)


def end_all() -> None:
    """Close what is open."""
    while _WAITING:
        _WAITING.pop()()
