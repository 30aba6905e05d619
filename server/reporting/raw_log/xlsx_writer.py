"""Plays as a workbook of one sheet, written row by row to the disk: no row stays in memory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from server.foundation.errors import Invalid
from server.foundation.runtime.blocking import run_blocking
from server.playlog.rawlog.stream import Piece
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log.rows import Cell, Table

MOST_ROWS: Final = 1_048_576
FOOT: Final = 3
WIDTHS: Final = (28, 11, 19, 10, 24, 24, 12, 18, 19, 18, 10)


class TooManyRows(Invalid):
    """More than a sheet of Excel holds."""

    default_code = "too_many_rows"

    def __init__(self) -> None:
        super().__init__(wording.TOO_MANY_ROWS)


def write_xlsx(
    pieces: Iterable[Piece], table: Table, as_of: datetime, path: Path
) -> Iterator[None]:
    """Write the file, yielding after each piece; complete when this ends. Raises TooManyRows.

    The temporary file is in the same folder until then.
    """
    sheet = _Sheet(table, path)
    try:
        for piece in pieces:
            table.naming.learn(piece)
            run_blocking(partial(sheet.add, piece))
            yield
        run_blocking(partial(sheet.finish, as_of))
    finally:
        sheet.drop()


class _Sheet:
    def __init__(self, table: Table, path: Path) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self._table = table
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._sheet: Any = self._book.add_worksheet(table.translate(wording.SHEET))
        self._moment: Any = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._row = 1
        for column, width in enumerate(WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 1)
        bold = self._book.add_format({"bold": True, "bottom": 1})
        self._sheet.write_row(0, 0, table.headings(), bold)

    def add(self, piece: Piece) -> None:
        """Append the rows of a piece."""
        for row in self._table.of(piece):
            if self._row >= MOST_ROWS - FOOT:
                raise TooManyRows
            self._write(row)

    def finish(self, as_of: datetime) -> None:
        """The last lines, and the file."""
        self._write([self._table.translate(wording.WHOLE), self._table.count])
        self._write([self._table.translate(wording.AS_OF), as_of])
        self._book.close()

    def drop(self) -> None:
        """Let go of the rows of a book that wasn't finished; xlsxwriter has no word for that."""
        if not self._book.fileclosed:
            self._sheet._opt_close()

    def _write(self, row: Iterable[Cell]) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                self._sheet.write_datetime(self._row, column, cell, self._moment)
            elif isinstance(cell, str):
                self._sheet.write_string(self._row, column, cell)
            elif cell is not None:
                self._sheet.write_number(self._row, column, cell)
        self._row += 1
