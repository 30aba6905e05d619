"""A unit's sheet as a PDF for print: A4 landscape, headings on each page, room to sign and seal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fpdf import FPDF

from media.slides.text.fonts import Weight
from server.accountability.assessment.figures import footnotes as below
from server.accountability.assessment.files.line_breaking import Measured
from server.accountability.assessment.files.sheet_columns import (
    COLUMNS,
    FOOT,
    TITLE,
    TOTAL,
    Column,
)
from server.accountability.assessment.labels import days_in_words
from server.accountability.assessment.page_stamp import Seal
from server.foundation.i18n import share_text

MARGIN: Final = 8.0
WIDE, HIGH = 297.0, 210.0
BOTTOM: Final = 15.0
"""The height of the footer of each page, in mm."""
PT: Final = 9.0
LINE: Final = 4.1
PAD_X, PAD_Y = 0.9, 1.1
GREY, DARK, BLACK = 150, 70, 0
PICTURE: Final = (50.0, 37.5)
PICTURES_IN_A_ROW: Final = 5
FOOT_HIGH: Final = 22.0
MOST_LINES: Final = 40
"""The maximum height of a row on one page below the headings; a taller one is split."""
NUMBERS: Final = frozenset({"count", "share"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A small JPEG with its caption below."""

    content: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The input of a drawing; `more` is the number of photos beyond these pictures."""

    unit: Mapping[str, Any]
    seal: Seal
    pictures: Sequence[Picture] = ()
    more: int = 0


def draw(paper: Paper, faces: Mapping[Weight, Path]) -> bytes:
    """The PDF; the faces hold all signs of it."""
    page = _Page(paper.seal, str(paper.unit["name"]), faces)
    page.add_page()
    _head(page, paper)
    _table(page, paper.unit)
    _notes(page, paper)
    _sign_off(page, paper)
    _pictures(page, paper)
    return bytes(page.output())


class _Page(FPDF):
    """Every page has the pack, the digest and its number below."""

    def __init__(self, seal: Seal, unit: str, faces: Mapping[Weight, Path]) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._seal, self._unit = seal, unit
        self.add_font("noto", "", faces["Regular"])
        self.add_font("noto", "B", faces["Bold"])
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.c_margin = 0.0
        self.set_creation_date(seal.frozen_at)
        self.set_keywords(seal.pack)
        self.set_title(f"{TITLE} {unit} {seal.first} {seal.last}")
        self.set_lang("zh-CN")
        self.set_line_width(0.1)
        self.set_draw_color(GREY)
        self._measured: dict[tuple[str, float], Measured] = {}

    def footer(self) -> None:
        """Called by FPDF for each page."""
        self.set_y(HIGH - BOTTOM + 5)
        self.use_font(8, grey=DARK)
        half = (WIDE - 2 * MARGIN) / 2
        place = f"{self._unit}　{self._seal.days}　第 {self.page_no()} 页，共 {{nb}} 页"
        self.cell(1.1 * half, LINE, f"数字摘要 SHA-256　{self._seal.digest}")
        self.fit(0.9 * half, place, "R")

    def use_font(self, size: float, *, bold: bool = False, grey: int = BLACK) -> None:
        """The type that follows: size in points."""
        self.set_font("noto", "B" if bold else "", size)
        self.set_text_color(grey)

    def cut(self, text: str, wide_mm: float) -> list[str]:
        """The text in lines that fit, in the present type."""
        key = (self.font_style, self.font_size_pt)
        if key not in self._measured:
            self._measured[key] = Measured(self.get_string_width)
        return self._measured[key].lines(text, wide_mm)

    def fit(self, wide_mm: float, text: str, align: str) -> None:
        """One line in a cell, in smaller type if it is too long: a number isn't cut."""
        size, long_mm = self.font_size_pt, self.get_string_width(text)
        self.set_font_size(min(size, size * wide_mm / long_mm if long_mm else size))
        self.cell(wide_mm, LINE, text, align=align)
        self.set_font_size(size)

    def room(self, high_mm: float) -> bool:
        """Whether so much still fits on this page."""
        return bool(self.get_y() + high_mm <= HIGH - BOTTOM)


def _head(page: _Page, paper: Paper) -> None:
    unit, seal = paper.unit, paper.seal
    page.use_font(20, bold=True)
    page.cell(0, 11, TITLE, align="C", new_x="LMARGIN", new_y="NEXT")
    page.use_font(12)
    third = (WIDE - 2 * MARGIN) / 3
    page.cell(third, 8, f"责任单位：{unit['name']}")
    page.cell(third, 8, days_in_words(seal.first, seal.last), align="C")
    moment = datetime.fromisoformat(unit["as_of"])
    page.cell(
        third, 8, f"数据截至 {moment:%Y-%m-%d %H:%M}", align="R", new_x="LMARGIN", new_y="NEXT"
    )
    _summary(page, below.summary(unit["totals"]))


def _summary(page: _Page, figures: Sequence[tuple[str, str]]) -> None:
    page.ln(1)
    wide, top = (WIDE - 2 * MARGIN) / len(figures), page.get_y()
    for number, (name, value) in enumerate(figures):
        left = MARGIN + number * wide
        page.set_xy(left, top)
        page.use_font(20, bold=True)
        page.cell(wide, 9, value, align="C")
        page.set_xy(left, top + 9)
        page.use_font(11, grey=DARK)
        page.cell(wide, 6, name, align="C")
        if number:
            page.line(left, top + 2, left, top + 14)
    page.set_xy(MARGIN, top + 18)


def _table(page: _Page, unit: Mapping[str, Any]) -> None:
    _headings(page)
    for row in unit["rows"]:
        _line(page, [_text(column, column.value(row), row) for column in COLUMNS])
    totals = unit["totals"]
    last = [_text(one, one.total(totals) if one.total else None, {}) for one in COLUMNS]
    _line(page, [TOTAL, *last[1:]], bold=True)
    if not unit["rows"]:
        page.use_font(12)
        page.cell(0, 10, "这段时间该单位没有点位。", align="C", new_x="LMARGIN", new_y="NEXT")


def _headings(page: _Page) -> None:
    page.use_font(PT, bold=True)
    cells = [_halves(page.cut(one.name, one.wide_mm - 2 * PAD_X)) for one in COLUMNS]
    high = max(map(len, cells)) * LINE + 2 * PAD_Y
    page.set_fill_color(237)
    page.rect(MARGIN, page.get_y(), sum(one.wide_mm for one in COLUMNS), high, style="F")
    _cells(page, cells, high, centred=True)


def _halves(lines: list[str]) -> list[str]:
    """A heading of two lines split in equal halves, to leave no single character on a line."""
    name = "".join(lines)
    middle = (len(name) + 1) // 2
    return lines if len(lines) == 1 else [name[:middle], name[middle:]]


def _line(page: _Page, texts: Sequence[str], *, bold: bool = False) -> None:
    page.use_font(PT, bold=bold)
    cells = [
        [text] if column.kind in NUMBERS else page.cut(text, column.wide_mm - 2 * PAD_X)
        for column, text in zip(COLUMNS, texts, strict=True)
    ]
    for begin in range(0, max(1, *map(len, cells)), MOST_LINES):
        piece = [lines[begin : begin + MOST_LINES] for lines in cells]
        high = max(1, *map(len, piece)) * LINE + 2 * PAD_Y
        if not page.room(high):
            page.add_page()
            _headings(page)
            page.use_font(PT, bold=bold)
        _cells(page, piece, high)


def _cells(
    page: _Page, cells: Sequence[Sequence[str]], high: float, *, centred: bool = False
) -> None:
    left, top = MARGIN, page.get_y()
    for column, lines in zip(COLUMNS, cells, strict=True):
        page.rect(left, top, column.wide_mm, high)
        align = "R" if column.kind in NUMBERS else "L"
        first = top + (high - len(lines) * LINE) / 2
        for number, text in enumerate(lines):
            page.set_xy(left + PAD_X, first + number * LINE)
            page.fit(column.wide_mm - 2 * PAD_X, text, "C" if centred else align)
        left += column.wide_mm
    page.set_xy(MARGIN, top + high)


def _text(column: Column, value: Any, row: Mapping[str, Any]) -> str:
    if value is None or value == "":
        return ""
    if column.kind == "share":
        return share_text(value)
    if column.kind == "days":
        return _days(value, row["last"])
    return f"{value:,}" if column.kind == "count" else str(value)


def _days(first: str, last: str) -> str:
    """The dates without a year if both are in the same year, as the page head has the year."""
    if first == last:
        return first
    return f"{first[5:]} 至 {last[5:]}" if first[:4] == last[:4] else f"{first} 至 {last}"


def _notes(page: _Page, paper: Paper) -> None:
    page.ln(2.5)
    wide = WIDE - 2 * MARGIN - 24
    for name, text in below.notes(paper.unit, paper.seal):
        page.use_font(9.5)
        lines = page.cut(text, wide)
        if not page.room(len(lines) * 5):
            page.add_page()
        page.use_font(9.5, bold=True)
        page.cell(24, 5, name)
        page.use_font(9.5)
        for line in lines:
            page.set_x(MARGIN + 24)
            page.cell(wide, 5, line, new_x="LMARGIN", new_y="NEXT")


def _sign_off(page: _Page, paper: Paper) -> None:
    """Boxes to sign in and to seal; the dates are filled in."""
    if not page.room(FOOT_HIGH + 4):
        page.add_page()
    page.ln(4)
    moment = datetime.fromisoformat(paper.unit["as_of"])
    values = {"日期": f"{paper.seal.frozen_at:%Y-%m-%d}", "数据截至": f"{moment:%Y-%m-%d %H:%M}"}
    wide, top = (WIDE - 2 * MARGIN) / len(FOOT), page.get_y()
    for number, name in enumerate(FOOT):
        left = MARGIN + number * wide
        page.rect(left, top, wide, FOOT_HIGH)
        page.set_xy(left + 1, top + 1)
        page.use_font(11, bold=True)
        page.cell(wide - 2, 6, name)
        page.set_xy(left + 1, top + 10)
        page.use_font(12)
        page.cell(wide - 2, 7, values.get(name, ""), align="C")
    page.set_xy(MARGIN, top + FOOT_HIGH)


def _pictures(page: _Page, paper: Paper) -> None:
    if not paper.pictures:
        return
    page.add_page()
    page.use_font(14, bold=True)
    more = f"（另有 {paper.more} 张，可在系统中查看）" if paper.more else ""
    page.cell(0, 10, f"佐证照片{more}", new_x="LMARGIN", new_y="NEXT")
    wide, high = PICTURE
    for begin in range(0, len(paper.pictures), PICTURES_IN_A_ROW):
        if not page.room(high + 14):
            page.add_page()
        top = page.get_y() + 1
        for number, one in enumerate(paper.pictures[begin : begin + PICTURES_IN_A_ROW]):
            left = MARGIN + number * (wide + 6)
            page.image(one.content, left, top, wide, high, keep_aspect_ratio=True)
            page.use_font(PT)
            for line, text in enumerate(page.cut(one.caption, wide)[:2]):
                page.set_xy(left, top + high + 0.8 + line * LINE)
                page.cell(wide, LINE, text)
        page.set_xy(MARGIN, top + high + 11)
