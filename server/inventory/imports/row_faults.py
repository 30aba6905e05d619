"""What is wrong in rows of a table, and the refusal that names it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.foundation.errors import Invalid, fault
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
    """What is wrong in a row, by the name of its column."""

    row: int
    column: str
    detail: Sentence


class Wrong(Unreadable):
    """A row that can't be what it says; `column` is where to mend it."""

    def __init__(self, column: str, detail: Sentence) -> None:
        super().__init__(detail)
        self.column = column


def to_mend(faults: Sequence[RowFault]) -> Invalid:
    """The refusal of a table with wrong rows; the first of them are named."""
    detail = Sentence(MEND.zh.format(len(faults)), MEND.en.format(len(faults)))
    shown = [fault(f"/rows/{one.row}/{one.column}", one.detail) for one in faults[:FAULTS_SHOWN]]
    return Invalid(detail, faults=shown)
