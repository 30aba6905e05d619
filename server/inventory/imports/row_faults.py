"""Faults of rows, and the error that lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable

FAULTS_SHOWN: Final = 200
NEEDED: Final = Sentence("没有填写。", "It is missing.")
MEND: Final = Sentence(
    "表格里有 {} 处问题，改好之前什么都不导入。",
    "The table has {} faults: nothing is imported until they are mended.",
)


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of a row, by column name."""

    row: int
    column: str
    detail: Sentence


class Wrong(Unreadable):
    """A contradictory or invalid row; `column` is where to correct it."""

    def __init__(self, column: str, detail: Sentence) -> None:
        super().__init__(detail)
        self.column = column


def to_mend(faults: Sequence[RowFault]) -> Invalid:
    """The error for a table with wrong rows; the first faults are listed."""
    shown = [Fault(f"/rows/{one.row}/{one.column}", one.detail) for one in faults[:FAULTS_SHOWN]]
    return Invalid(MEND.filled(len(faults)), faults=shown)
