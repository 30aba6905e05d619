"""Builds import templates: headings, drop-downs, and a sheet with instructions."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from server.foundation.i18n import Sentence

CHOICES: Final = Sentence("可选", "Choices")
HELP: Final = Sentence("填写说明", "How to")
SPARE_ROWS: Final = 1000
HELP_WIDTHS: Final = (18, 8, 70, 34)
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True)
class Heading:
    """A column's title; `form`: number format of its cells."""

    title: str
    width: int = 14
    form: str = ""
    needed: bool = False


@contextmanager
def new_book(out: io.BytesIO) -> Iterator[Any]:
    """An xlsx written to `out` at the end of the block; without formulas."""
    import xlsxwriter

    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        yield book


def write_headings(book: Any, sheet: Any, headings: Sequence[Heading]) -> list[Any]:
    """Write the first row, which is frozen; returns the format of each column's cells."""
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EAF1FB"})
    forms = []
    for place, one in enumerate(headings):
        form = book.add_format({"num_format": one.form}) if one.form else None
        sheet.set_column(place, place, one.width, form)
        sheet.write_string(0, place, one.title + ("*" if one.needed else ""), bold)
        forms.append(form)
    sheet.freeze_panes(1, 0)
    return forms


def write_drop_downs(
    book: Any, sheet: Any, name: str, choices: Mapping[int, Sequence[str]], rows: int
) -> None:
    """Drop-downs by column, with choices from a sheet of their own; other values may be typed."""
    other = book.add_worksheet(name)
    for place, (column, values) in enumerate(choices.items()):
        other.set_column(place, place, 18)
        for row, value in enumerate(values):
            other.write_string(row, place, value)
        if values:
            letter = chr(ord("A") + place)
            source = f"='{name}'!${letter}$1:${letter}${len(values)}"
            rule = {"validate": "list", "source": source, "error_type": "information"}
            sheet.data_validation(1, column, rows + SPARE_ROWS, column, rule)


def write_help(
    book: Any, name: str, lines: Sequence[str], grid: Sequence[Sequence[str]] = ()
) -> None:
    """Instructions: sentences, then each column's description with an example."""
    sheet = book.add_worksheet(name)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, width in enumerate(HELP_WIDTHS if grid else (90,)):
        sheet.set_column(place, place, width)
    for row, line in enumerate(lines):
        if grid:
            sheet.merge_range(row, 0, row, len(HELP_WIDTHS) - 1, line, wrapped)
        else:
            sheet.write_string(row, 0, line, wrapped)
    for row, cells in enumerate(grid, len(lines) + 1):
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, bold if row == len(lines) + 1 else wrapped)
