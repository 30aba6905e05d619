"""Writes tables as files for offices: csv that Excel opens correctly, and xlsx with numbers."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from server.foundation.i18n import per_cent
from server.foundation.spreadsheets.template_workbook import new_book

BYTE_ORDER_MARK: Final = "\ufeff"
# Leading characters that spreadsheets interpret as a formula.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
FORMATS: Final = {"count": "#,##0", "amount": "#,##0.##", "rate": "0.00", "share": "0.00%"}
# Only all of it is 100 %: from here on that format would round up to it.
NEARLY, NEARLY_ALL = 0.99995, '"99.99%"'
WIDE, NARROW = 28, 11

Kind = Literal["text", "count", "amount", "rate", "share"]
Value = str | float | None
"""A cell; None is an empty one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the kind of its values: shares are fractions, shown as percentages."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, rows of as many values, and notes (a name, a text) below them."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[tuple[str, str]] = ()


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark; shares as percentages."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        pairs = zip(table.columns, row, strict=True)
        writer.writerow([_as_text(column, value) for column, value in pairs])
    writer.writerows(table.notes)
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def as_xlsx(table: Table) -> bytes:
    """A workbook of one sheet: counts are numbers, shares percentages, text never a formula."""
    out = io.BytesIO()
    with new_book(out) as book:
        sheet = book.add_worksheet(table.name)
        _write_table(book, sheet, table)
        foot = len(table.rows) + 2
        for offset, note in enumerate(table.notes):
            for column, text in enumerate(note):
                sheet.write_string(foot + offset, column, text)
    return out.getvalue()


def harmless(text: str) -> str:
    """Text that spreadsheets display literally: formula-like text gets an apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _write_table(book: Any, sheet: Any, table: Table) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    nearly = book.add_format({"num_format": NEARLY_ALL})
    sheet.write_row(0, 0, [column.name for column in table.columns], bold)
    for line, row in enumerate(table.rows, 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif value is not None:
                rounds_up = column.kind == "share" and NEARLY <= value < 1
                form = nearly if rounds_up else formats[column.kind]
                sheet.write_number(line, place, value, form)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, len(table.columns) - 1, NARROW)


def _as_text(column: Column, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if column.kind == "rate":
        return f"{value:.2f}"
    return f"{per_cent(value, 2):.2f}%" if column.kind == "share" else str(value)
