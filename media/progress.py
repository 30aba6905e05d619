"""Progress that only ever grows, divided among the parts of a work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
FULL = 0.99  # the rest is told by the caller when all is truly done


class Steady:
    """Passes on fractions from 0 to 1, never one smaller than the last."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._last = 0.0

    def __call__(self, fraction: float) -> None:
        if fraction > self._last:
            self._last = min(fraction, 1.0)
            self._tell(self._last)

    def part(self, begin: float, end: float) -> Callable[[float], None]:
        """Return the progress of one part, which fills the whole from begin to end."""
        return lambda fraction: self(begin + (end - begin) * fraction)

    def shares(
        self, begin: float, things: Sequence[Thing]
    ) -> Iterator[tuple[Thing, Callable[[float], None]]]:
        """Yield each thing with an equal share of what is left after begin."""
        each = (FULL - begin) / max(len(things), 1)
        for number, thing in enumerate(things):
            yield thing, self.part(begin + each * number, begin + each * (number + 1))
