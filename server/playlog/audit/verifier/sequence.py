"""Checks the order of an export's lines: moved, repeated and missing ones."""

from bisect import bisect_right
from collections.abc import Generator, Iterator
from typing import Final

from server.foundation.i18n import Sentence
from server.playlog.audit.verifier.line import Line

MOST_GAPS: Final = 10_000
"""Most gaps that are kept open for lines that may come later in the file."""


class Order:
    """Consumes lines in file order; `highest` is the highest line number so far."""

    def __init__(self) -> None:
        self.highest = 0
        self._gaps: list[tuple[int, int]] = []

    def take(self, line: Line) -> Generator[Sentence, None, bool]:
        """Yield a finding if a line is out of place; returns whether it came late or twice."""
        number = line.number
        if number <= self.highest:
            self._fill(number)
            yield Sentence(
                f"第 {line.at} 行（{line.name}）被移动或重复。",
                f"line {line.at} ({line.name}) was moved or stands there twice",
            )
            return True
        if number > self.highest + 1:
            self._gaps.append((self.highest + 1, number - 1))
            if len(self._gaps) > MOST_GAPS:
                yield _missing(*self._gaps.pop(0))
        self.highest = number
        return False

    def missing(self) -> Iterator[Sentence]:
        """A finding for each range of line numbers that never came."""
        for gap in self._gaps:
            yield _missing(*gap)

    def _fill(self, number: int) -> None:
        at = bisect_right(self._gaps, number, key=lambda gap: gap[0]) - 1
        if at < 0 or self._gaps[at][1] < number:
            return
        first, last = self._gaps[at]
        parts = [(first, number - 1), (number + 1, last)]
        self._gaps[at : at + 1] = [(low, high) for low, high in parts if low <= high]


def _missing(first: int, last: int) -> Sentence:
    return Sentence(
        f"缺少第 {first} 至 {last} 行。", f"missing: lines {first} to {last} are not there"
    )
