"""Columns of import tables: content, parsing and formatting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable, text_of
from server.foundation.spreadsheets.reader import Cell, Column, Record
from server.inventory.imports.columns.cell_parsers import Reader, key_of
from server.inventory.imports.row_faults import RowFault

FIXED: Final = object()
"""In place of a cleared value: this column can't be cleared."""
CLEARING: Final = frozenset({"清空", "-", "--", "—", "——", "clear"})
STAYS: Final = Sentence(
    "这一列不能清空；不改动就留空。", "This can't be cleared: leave the cell empty to keep it."
)
NOTHING: Final = Sentence("", "")
ID: Final = Sentence("系统编号", "Id")
PROBLEM: Final = Sentence("问题", "Problem")


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `cleared`: the value for 清空; `choices`: of its drop-down.

    `text` keeps leading zeros in a spreadsheet. `how` and `example` are shown on the help sheet.
    """

    name: str
    title: Sentence
    read: Reader
    others: tuple[str, ...] = ()
    cleared: Any = FIXED
    needed: bool = False
    width: int = 14
    text: bool = False
    choices: Sequence[Sentence] | Literal["units", "lines"] = ()
    how: Sentence = NOTHING
    example: Sentence = NOTHING

    def column(self) -> Column:
        """The column for the table reader."""
        return Column(self.name, (*self.title, *self.others, self.name), self.needed)

    def must(self) -> "Field":
        """The same column as a required one."""
        return replace(self, needed=True)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A parsed row: the values of its non-empty cells, in stored form."""

    row: int
    values: dict[str, Any]


def parse_rows(
    records: Sequence[Record], fields: Sequence[Field]
) -> tuple[list[ParsedRow], list[RowFault]]:
    """All rows, and the faults of their cells; a wrong cell has no value."""
    rows, faults = [], []
    for record in records:
        values: dict[str, Any] = {}
        for field in fields:
            cell = record.values.get(field.name)
            if cell is None:
                continue
            try:
                values[field.name] = _value(field, cell)
            except Unreadable as error:
                faults.append(RowFault(record.number, field.name, error.detail))
        rows.append(ParsedRow(record.number, values))
    return rows, faults


def is_there(plain: Sequence[Field], name: str, there: Any, value: Any) -> bool:
    """Whether the stored value equals a cell's, as far as the column can express it."""
    if there == value:
        return True
    field = next((one for one in plain if one.name == name), None)
    if field is None or not there or value is None:
        return False
    try:
        return bool(field.read("、".join(there) if isinstance(there, list) else there) == value)
    except Unreadable:
        return False


def titles(fields: Sequence[Field]) -> Mapping[str, Sentence]:
    """The titles of columns by their names in code."""
    return {field.name: field.title for field in fields}


def clears(cell: Cell) -> bool:
    """Whether a cell requests to clear the value."""
    return isinstance(cell, str) and key_of(text_of(cell)) in CLEARING


def _value(field: Field, cell: Cell) -> Any:
    if clears(cell):
        if field.cleared is FIXED:
            raise Unreadable(STAYS)
        return field.cleared
    return field.read(cell)
