"""A unit's sheet as an Excel workbook: real numbers, shares and dates, text never a formula."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

from server.accountability.assessment.figures.footnotes import notes, summary
from server.accountability.assessment.files.sheet_columns import (
    COLUMNS,
    FOOT,
    TITLE,
    TOTAL,
    Column,
    Row,
)
from server.accountability.assessment.labels import days_in_words
from server.accountability.assessment.page_stamp import Seal

DAY, MOMENT, COUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0"
SHARE: Final = '[>=1]0.0%;[>=0.9995]"99.9%";0.0%'
"""Rounded as elsewhere: only all of it is 100.0 %; the cell has the number as it is."""
HEADINGS_AT: Final = 3
"""The row of the headings, from 0; title, unit and summary are above."""
ROOM_PT: Final = 42
LONGEST_CELL: Final = 32_767
LONGEST_NAME: Final = 60
"""The maximum length of a unit's name in the footer, which takes 255 characters in all."""
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(unit: Mapping[str, Any], seal: Seal) -> bytes:
    """The workbook of one unit of a pack."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": f"{TITLE} {unit['name']}", "comments": seal.digest})
        book.set_properties({"created": seal.frozen_at.replace(tzinfo=None)})
        _Sheet(book, unit, seal).write()
    return out.getvalue()


class _Sheet:
    def __init__(self, book: Any, unit: Mapping[str, Any], seal: Seal) -> None:
        self._book, self._unit, self._seal = book, unit, seal
        self._sheet = book.add_worksheet("考核材料")
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self) -> None:
        """All of it, from top to bottom."""
        last = len(COLUMNS) - 1
        for place, column in enumerate(COLUMNS):
            self._sheet.set_column(place, place, column.width)
        self._sheet.merge_range(0, 0, 0, last, TITLE, self._format(bold=True, size=18, middle=True))
        self._sheet.set_row(0, 30)
        self._period(1)
        headline = "　".join(f"{name} {value}" for name, value in summary(self._unit["totals"]))
        self._sheet.merge_range(2, 0, 2, last, headline, self._format(size=12))
        heading = self._format(bold=True, framed=True, middle=True, shaded=True)
        self._sheet.write_row(HEADINGS_AT, 0, [column.name for column in COLUMNS], heading)
        self._sheet.set_row(HEADINGS_AT, 24)
        line = self._rows(HEADINGS_AT + 1)
        line = self._notes(line + 1)
        self._foot(line + 1)
        self._set_up_print()

    def _period(self, line: int) -> None:
        last, strong = len(COLUMNS) - 1, self._format(size=12)
        whom = f"责任单位：{self._unit['name']}　负责人：{self._unit['leader'] or '　　　　'}"
        self._sheet.merge_range(line, 0, line, 5, "", strong)
        self._sheet.write_string(line, 0, whom, strong)
        period = f"考核时段：{days_in_words(self._seal.first, self._seal.last)}"
        self._sheet.merge_range(line, 6, line, 11, period, strong)
        self._sheet.merge_range(line, 12, line, last, f"冻结时间：{self._seal.frozen}", strong)

    def _rows(self, line: int) -> int:
        for row in self._unit["rows"]:
            for place, column in enumerate(COLUMNS):
                self._cell(line, place, column, column.value(row), row)
            line += 1
        bold: dict[str, Any] = {"bold": True}
        for place, column in enumerate(COLUMNS):
            value = column.total(self._unit["totals"]) if column.total else None
            self._cell(line, place, column, value, {}, **bold)
        self._sheet.write_string(line, 0, TOTAL, self._format(framed=True, middle=True, **bold))
        return line + 1

    def _cell(
        self, line: int, place: int, column: Column, value: Any, row: Row, **style: Any
    ) -> None:
        if value is None or value == "":
            self._sheet.write_blank(line, place, None, self._format(framed=True, **style))
        elif column.kind == "days":
            self._days(line, place, row)
        elif column.kind == "text":
            text = str(value)[:LONGEST_CELL]
            self._sheet.write_string(
                line, place, text, self._format(framed=True, wrap=True, **style)
            )
        else:
            form = SHARE if column.kind == "share" else COUNT
            self._sheet.write_number(line, place, value, self._format(form, framed=True, **style))

    def _days(self, line: int, place: int, row: Row) -> None:
        """A real date, which can be sorted; its format shows the last day beside it."""
        form = DAY if row["first"] == row["last"] else f'{DAY}" 至 {row["last"]}"'
        day = datetime.combine(date.fromisoformat(row["first"]), datetime.min.time())
        self._sheet.write_datetime(line, place, day, self._format(form, framed=True))

    def _notes(self, line: int) -> int:
        for name, text in notes(self._unit, self._seal):
            self._sheet.merge_range(line, 0, line, 1, name, self._format(bold=True))
            self._sheet.merge_range(line, 2, line, len(COLUMNS) - 1, "", self._format())
            self._sheet.write_string(line, 2, text, self._format())
            line += 1
        return line

    def _foot(self, line: int) -> None:
        """The signature lines, with room for seals; the dates are real ones."""
        values: dict[str, tuple[datetime, str]] = {
            "日期": (self._seal.frozen_at.replace(tzinfo=None), DAY),
            "数据截至": (datetime.fromisoformat(self._unit["as_of"]).replace(tzinfo=None), MOMENT),
        }
        self._sheet.set_row(line, ROOM_PT)
        for number, name in enumerate(FOOT):
            place = 3 * number
            self._sheet.write_string(line, place, name, self._format(bold=True, framed=True))
            if name in values:
                moment, form = values[name]
                self._sheet.merge_range(line, place + 1, line, place + 2, None, self._format(form))
                self._sheet.write_datetime(line, place + 1, moment, self._format(form, framed=True))
            else:
                blank = self._format(framed=True)
                self._sheet.merge_range(line, place + 1, line, place + 2, "", blank)

    def _set_up_print(self) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(HEADINGS_AT)
        self._sheet.set_margins(0.4, 0.4, 0.5, 0.7)
        self._sheet.freeze_panes(HEADINGS_AT + 1, 4)
        self._sheet.set_footer(
            f"&L&8摘要 SHA-256 {self._seal.digest}&R&8{self._named()}　第 &P 页，共 &N 页"
        )

    def _named(self) -> str:
        """The unit and the days of the pack; an ampersand would be a print code."""
        name = str(self._unit["name"]).replace("&", "&&")[:LONGEST_NAME]
        return f"{name} {self._seal.days}"

    def _format(self, form: str = "", **style: Any) -> Any:
        key = (("form", form), *sorted(style.items()))
        if key not in self._formats:
            properties: dict[str, Any] = {
                "font_name": "宋体",
                "font_size": style.get("size", 11),
                "valign": "vcenter",
                "bold": style.get("bold", False),
                "text_wrap": style.get("wrap", False),
            }
            if form:
                properties |= {"num_format": form, "align": "center" if form != COUNT else "right"}
            properties |= {"border": 1, "border_color": "#8A8A8A"} if style.get("framed") else {}
            properties |= {"align": "center"} if style.get("middle") else {}
            properties |= {"bg_color": "#EDEDED"} if style.get("shaded") else {}
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]
