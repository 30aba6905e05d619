"""Resources are closed when the test or the file that opened them ends."""

from collections.abc import Callable

_WAITING: list[Callable[[], object]] = []


def at_end(close: Callable[[], object]) -> None:
    """Have this called after the test, or after the file if no test has begun; the newest first."""
    _WAITING.append(close)


def open_now() -> int:
    """How much is open."""
    return len(_WAITING)


def end_all(but: int = 0) -> None:
    """Close all open resources but the first `but`."""
    while len(_WAITING) > but:
        _WAITING.pop()()
