"""Cuts text into lines that fit a column: between any two Chinese signs, and between words."""

import re
from collections.abc import Callable
from typing import Final

TOKEN: Final = re.compile(r"[\x21-\x7e]+|.", re.DOTALL)
NOT_FIRST: Final = frozenset("，。；：、）〕》”%")
NOT_LAST: Final = frozenset("（〔《“")


class Measured:
    """Measures in one type, and remembers the width of each token."""

    def __init__(self, width: Callable[[str], float]) -> None:
        self._width = width
        self._widths: dict[str, float] = {}

    def lines(self, text: str, wide: float) -> list[str]:
        """The text in lines of at most `wide`; no line for no text."""
        lines: list[str] = []
        line, used = "", 0.0
        for part in self._tokens(" ".join(text.split()), wide):
            length = self._of(part)
            if line and used + length > wide and part not in NOT_FIRST:
                kept = line[:-1] if line[-1] in NOT_LAST and line[:-1] else line
                lines.append(kept.rstrip())
                line = line[len(kept) :]
                used = self._of(line) if line else 0.0
            if line or part != " ":
                line, used = line + part, used + length
        return [*lines, line] if line else lines

    def _tokens(self, text: str, wide: float) -> list[str]:
        found: list[str] = []
        for token in TOKEN.findall(text):
            found += [token] if self._of(token) <= wide else list(token)
        return found

    def _of(self, token: str) -> float:
        if token not in self._widths:
            self._widths[token] = self._width(token)
        return self._widths[token]
