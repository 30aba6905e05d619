"""Columns of a table that is imported: what stands in them, how it is read and how it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable, text_of
from server.foundation.spreadsheets.reader import Cell, Column, Record
from server.inventory.imports.columns.cell_parsers import Reader, key_of
from server.inventory.imports.row_faults import RowFault

FIXED: Final = object()
"""In place of what clearing makes of a value: this one can't be cleared."""
CLEARING: Final = frozenset({"清空", "-", "--", "—", "——", "clear"})
STAYS: Final = Sentence(
    "这一列不能清空；不改动就留空。", "This can't be cleared: leave the cell empty to keep it."
)
NOTHING: Final = Sentence("", "")
ID: Final = Sentence("系统编号", "Id")
PROBLEM: Final = Sentence("问题", "Problem")


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `cleared` is what 清空 makes of the value, `choices` names its drop-down.

    `text` keeps leading zeros in a spreadsheet. `how` and `example` stand on the help sheet.
    """

    name: str
    title: Sentence
    read: Reader
    others: tuple[str, ...] = ()
    cleared: Any = FIXED
    needed: bool = False
    width: int = 14
    text: bool = False
    choices: str = ""
    how: Sentence = NOTHING
    example: Sentence = NOTHING

    def column(self) -> Column:
        """As the reader of tables looks for it."""
        return Column(self.name, (*self.title, *self.others, self.name), self.needed)

    def must(self) -> "Field":
        """The same, without which a table isn't one of these."""
        return replace(self, needed=True)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row says: the values of its cells that aren't empty, in their stored form."""

    row: int
    values: dict[str, Any]


def read_wishes(
    records: Sequence[Record], fields: Sequence[Field]
) -> tuple[list[Wish], list[RowFault]]:
    """All rows, and what is wrong in their cells; a wrong cell has no value."""
    wishes, faults = [], []
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
        wishes.append(Wish(record.number, values))
    return wishes, faults


def is_there(plain: Sequence[Field], name: str, there: Any, value: Any) -> bool:
    """Whether a value is there already, as far as a cell of one of these columns can tell."""
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
    """What the columns are called, by their names in code."""
    return {field.name: field.title for field in fields}


def clears(cell: Cell) -> bool:
    """Whether a cell says that the value is to be taken away."""
    return isinstance(cell, str) and key_of(text_of(cell)) in CLEARING


def _value(field: Field, cell: Cell) -> Any:
    if clears(cell):
        if field.cleared is FIXED:
            raise Unreadable(STAYS)
        return field.cleared
    return field.read(cell)
