"""Parses uploaded tables (csv of Excel or WPS, and xlsx) into rows of plain values.

Input is untrusted: sizes are checked before unpacking, formulas are never evaluated (the file has
their saved results), and macros aren't read.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.merged_cells import Merged, fill_down, merged_in

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
MOST_UNPACKED: Final = 64 * 1024 * 1024
MOST_PARTS: Final = 1_000
"""Files within an xlsx; a workbook of ten sheets with pictures has about fifty."""
LITTLE_UNPACKED: Final = 4 * 1024 * 1024
MOST_TIMES: Final = 150
"""Largest compression ratio of an xlsx beyond a minimum size.

Tables of identical rows reach 80, a crafted file a thousand.
"""
MOST_LINES: Final = 200_000
"""Rows that are read, empty ones included: a sheet formatted to its end has a million."""
HEAD_ROWS: Final = 10
"""The headings may be below a title."""
MOST_SHEETS: Final = 10
LONGEST_HEADING: Final = 200
XLSX: Final = b"PK\x03\x04"
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
MARKS: Final = ",\t;，"
"""Possible separators of a csv."""
_NOTE: Final = re.compile(r"[（(\[【].*?[）)\]】]|[\s*＊:：]")
# Invisible characters in text pasted from chats and web pages.
_UNSEEN: Final = re.compile("[\0\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

EMPTY: Final = Sentence("表格里没有数据行。", "The table has no rows.")
UNREADABLE: Final = Sentence(
    "读不出这个表格，请用 Excel 或 WPS 另存为 xlsx 或 csv 再试。",
    "This table can't be read: save it as xlsx or csv once more.",
)
TOO_OLD: Final = Sentence(
    "这是旧版 xls 或加密的表格，请另存为不加密的 xlsx 或 csv。",
    "This is an old xls or an encrypted table: save it as xlsx or csv without a password.",
)
BLOWN_UP: Final = Sentence(
    "这个表格解压后过大，请只保留要导入的一张工作表，另存为 xlsx 或 csv 再试。",
    "This table is far larger than it seems: keep the one sheet that is to be imported, and save "
    "it as xlsx or csv once more.",
)
TOO_LONG: Final = Sentence(
    f"一次最多 {MOST_ROWS} 行，请分几次导入。", f"At most {MOST_ROWS} rows at a time: split it."
)
MISSING: Final = Sentence("缺少这些列：{}。", "These columns are missing: {}.")
TWICE: Final = Sentence("列“{}”出现了两次。", "The column {} is there twice.")

Cell = str | int | float | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Row:
    """A non-empty row, with its number as shown by spreadsheets."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in code, and its accepted headings, of which the first is shown."""

    name: str
    headings: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """A row by column names; None for missing columns."""

    number: int
    values: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed table: headings, the position of each column, and the rows with values."""

    head: Row
    rows: Sequence[Row]
    places: Mapping[str, int]

    def records(self) -> list[Record]:
        """The rows by column names."""
        return [Record(row.number, _values(row, self.places)) for row in self.rows]

    def unknown(self) -> list[str]:
        """Headings that match no column."""
        matched = set(self.places.values())
        return [
            str(one) for place, one in enumerate(self.head.cells) if one and place not in matched
        ]


class Grid(NamedTuple):
    """A sheet as in its file: lines of cells, and merged ranges."""

    lines: Iterable[Iterable[Any]]
    merged: Callable[[], Sequence[Merged]] = tuple


def read_sheet(content: bytes, columns: Sequence[Column]) -> Sheet:
    """The first sheet with these headings. Raises Invalid at `/file`, with the remedy."""
    first: list[Row] | None = None
    for grid in _grids(content):
        rows = _numbered(grid.lines)
        above = list(islice(rows, HEAD_ROWS))
        for index, row in enumerate(above):
            places = _places(row, columns)
            if places is not None:
                below = [one for one in grid.merged() if one.first_row > row.number]
                return _filled_sheet(row, chain(above[index + 1 :], rows), places, below)
        first = above if first is None else first
    raise Invalid.at("/file", _missing(first or [], columns))


def _filled_sheet(
    head: Row, rows: Iterable[Row], places: Mapping[str, int], merged: Sequence[Merged]
) -> Sheet:
    matched = set(places.values())
    with_values = (
        row
        for row in rows
        if any(cell is not None and place in matched for place, cell in enumerate(row.cells))
    )
    kept = list(islice(with_values, MOST_ROWS + 1))
    if not kept:
        raise Invalid.at("/file", EMPTY)
    if len(kept) > MOST_ROWS:
        raise Invalid.at("/file", TOO_LONG)
    cells = {row.number: row.cells for row in kept}
    fill_down(cells, merged)
    return Sheet(head, [Row(number, cells[number]) for number in cells], places)


def _values(row: Row, places: Mapping[str, int]) -> dict[str, Cell]:
    return {
        name: row.cells[place] if place < len(row.cells) else None for name, place in places.items()
    }


def _places(row: Row, columns: Sequence[Column]) -> dict[str, int] | None:
    """The position of each column if this row has the headings; else None."""
    titles = [_plain(cell) for cell in row.cells]
    places: dict[str, int] = {}
    for column in columns:
        found = _place(titles, column)
        if len(found) > 1:
            raise Invalid.at("/file", TWICE.filled(column.headings[0]))
        if found:
            places[column.name] = found[0]
        elif column.required:
            return None
    return places


def _place(titles: Sequence[str], column: Column) -> list[int]:
    """Positions of a column's heading; the first accepted heading (车牌, then 自编号) wins."""
    for heading in map(_plain, column.headings):
        found = [place for place, title in enumerate(titles) if title == heading]
        if found:
            return found
    return []


def _missing(rows: Sequence[Row], columns: Sequence[Column]) -> Sentence:
    titles = {_plain(cell) for row in rows[:HEAD_ROWS] for cell in row.cells}
    absent = [
        column.headings[0]
        for column in columns
        if column.required and titles.isdisjoint(_plain(one) for one in column.headings)
    ]
    return MISSING.filled("、".join(absent)) if rows else EMPTY


def _plain(cell: Cell) -> str:
    """A heading without notes in brackets, blanks and stars; an overlong one is ""."""
    text = unicodedata.normalize("NFKC", str(cell or "")[:LONGEST_HEADING])
    return _NOTE.sub("", text).casefold()


def _grids(content: bytes) -> Iterator[Grid]:
    if content.startswith(OLD_EXCEL):
        raise Invalid.at("/file", TOO_OLD)
    return _of_xlsx(content) if content.startswith(XLSX) else _of_csv(content)


def _numbered(lines: Iterable[Iterable[Any]]) -> Iterator[Row]:
    for number, cells in enumerate(islice(lines, MOST_LINES), 1):
        tidy = [_tidy(cell) for cell in islice(cells, MOST_COLUMNS)]
        if any(cell is not None for cell in tidy):
            yield Row(number, tidy)


def _tidy(cell: Any) -> Cell:
    if isinstance(cell, str):
        # A leading apostrophe marks text in spreadsheets; no-break spaces come from pasted text.
        text = _UNSEEN.sub("", cell.replace("\u00a0", " ")).strip().removeprefix("'")
        return text or None
    if cell is None or isinstance(cell, (int, float, datetime, date, time, timedelta)):
        return cell
    return str(cell)


def _of_csv(content: bytes) -> Iterator[Grid]:
    """The table parsed with each possible separator, the likeliest first."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    for mark in sorted(MARKS, key=first.count, reverse=True):
        yield Grid(_lines_of_csv(text, mark))


def _lines_of_csv(text: str, mark: str) -> Iterator[Sequence[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error as error:
        raise Invalid.at("/file", UNREADABLE) from error


def _decoded(content: bytes) -> str:
    """UTF-8, else UTF-16 with its BOM, else the default encoding of Chinese offices."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ["utf-16"]
    else:
        tries = ["utf-8-sig", "gb18030"]
    for encoding in tries:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise Invalid.at("/file", UNREADABLE)


def _of_xlsx(content: bytes) -> Iterator[Grid]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _judge_size(len(content), packed.infolist())
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        # A user may have put another sheet before the one he filled in.
        for sheet in book.worksheets[:MOST_SHEETS]:
            # The declared dimensions may be smaller, or far larger, than the actual ones.
            sheet.reset_dimensions()
            rows = _readable(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True))
            yield Grid(rows, partial(_merged, content, sheet))
    except _BROKEN as error:
        raise Invalid.at("/file", UNREADABLE) from error


def _judge_size(packed_bytes: int, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a file that would unpack to more than a table has, before unpacking.

    A part longer than declared isn't read beyond that.
    """
    unpacked = sum(one.file_size for one in parts)
    most = min(MOST_UNPACKED, max(LITTLE_UNPACKED, MOST_TIMES * packed_bytes))
    if unpacked > most or len(parts) > MOST_PARTS:
        raise Invalid.at("/file", BLOWN_UP)


def _merged(content: bytes, sheet: Any) -> list[Merged]:
    try:
        return merged_in(content, sheet)
    except _BROKEN as error:
        raise Invalid.at("/file", UNREADABLE) from error


def _readable(rows: Iterable[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    try:
        yield from rows
    except _BROKEN as error:
        raise Invalid.at("/file", UNREADABLE) from error


# Exceptions of openpyxl and zipfile for malformed files.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, IndexError, AttributeError,
    OSError, EOFError, SyntaxError, RuntimeError,
)  # fmt: skip
