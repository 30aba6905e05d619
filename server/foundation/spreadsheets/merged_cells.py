"""Merged cells of an xlsx: the first cell's value also applies to the rows below.

Users who enter a unit once and merge it over twenty rows intend it for all of them; the file has it
in the first cell only. Only downwards: a value merged over columns belongs to the first one.
"""

import io
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

# Bounded, as a crafted file could contain a tag that is never closed.
_RANGE: Final = re.compile(
    rb'<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"'
)
_AFTER_ROWS: Final = b"sheetData>"


class Merged(NamedTuple):
    """The first column (from 0) of a range, and its first and last row in spreadsheet numbers."""

    place: int
    first_row: int
    last_row: int


def merged_in(content: bytes, sheet: Any) -> list[Merged]:
    """The multi-row ranges of a sheet that openpyxl has opened read-only."""
    # openpyxl skips them in that mode; the sheet's path is private.
    path = sheet._worksheet_path
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        tail = packed.read(path).rpartition(_AFTER_ROWS)[2]
    found = (
        Merged(_place(column), int(first), int(last))
        for column, first, last in _RANGE.findall(tail)
    )
    return [one for one in found if one.last_row > one.first_row]


def fill_down(rows: Mapping[int, list[Any]], merged: Iterable[Merged]) -> None:
    """Copy the first cell of each range to the existing rows below it.

    `rows`: cells by row number, in order.
    """
    numbers = list(rows)
    reached: dict[int, int] = {}
    for one in sorted(merged):
        # Spreadsheets allow no overlapping ranges; a crafted file with them would take hours.
        if one.first_row <= reached.get(one.place, 0):
            continue
        reached[one.place] = one.last_row
        value = _cell(rows.get(one.first_row, ()), one.place)
        start = bisect_right(numbers, one.first_row)
        for number in numbers[start : bisect_right(numbers, one.last_row)]:
            if value is not None and one.place < len(rows[number]):
                rows[number][one.place] = value


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None


def _place(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
