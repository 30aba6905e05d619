"""Monotonic progress, divided among the parts of a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
FULL = 0.99  # the caller reports the rest when all is done


class Steady:
    """Passes on fractions from 0 to 1, never decreasing."""

    def __init__(self, report: Callable[[float], None]) -> None:
        self._report = report
        self._last = 0.0

    def __call__(self, fraction: float) -> None:
        if fraction > self._last:
            self._last = min(fraction, 1.0)
            self._report(self._last)

    def part(self, begin: float, end: float) -> Callable[[float], None]:
        """Return the progress callback of one part, which covers begin to end of the whole."""
        return lambda fraction: self(begin + (end - begin) * fraction)

    def shares(
        self, begin: float, things: Sequence[Thing]
    ) -> Iterator[tuple[Thing, Callable[[float], None]]]:
        """Yield each thing with an equal share of the rest after begin."""
        each = (FULL - begin) / max(len(things), 1)
        for number, thing in enumerate(things):
            yield thing, self.part(begin + each * number, begin + each * (number + 1))
