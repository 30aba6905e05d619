"""The table of rosters to fill in: headings, choices, and vehicles by their lines' hours."""

import io
from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.texts import Sentence
from server.uptime.roster_rows import COLUMNS, TITLES
from server.venues import queries as venue_queries
from server.venues import scope
from server.venues.kinds import VEHICLES
from server.venues.models import Line, Venue

SHEET: Final = Sentence("排班", "Rosters")
CHOICES: Final = Sentence("可选", "Choices")
HELP: Final = Sentence("填写说明", "How to")
WIDTHS: Final = (16, 12, 12, 16, 9, 9)
SPARE_ROWS: Final = 1000
LINES: Final[Sequence[Sentence]] = (
    Sentence(
        "一行是一辆车的一段运营时间；一天有几段就写几行，车号和日期照写。",
        "A row is one service of one vehicle; for several on a day write several rows.",
    ),
    Sentence(
        "截止日期可以不填；填了就每天都这样，最多 92 天。",
        "Until may be left out; with it the row is for each day, up to 92.",
    ),
    Sentence(
        "开始和结束都不填：这辆车当天不运行。过了午夜写 00:30，仍算在开始的那一天。",
        "Without either time the vehicle doesn't run. After midnight write 00:30: it belongs to "
        "the day on which it starts.",
    ),
    Sentence(
        "表里出现的线路和日期，整天按此表执行：没有列出的本线路车辆当天不运行。",
        "A line and day in the table go by it: vehicles of the line that aren't in it don't run.",
    ),
    Sentence(
        "可以写外线路支援的车辆。线路或车号重名时，写编号（n_… 或 v_…）。",
        "Vehicles of other lines may help out. Where names are not unique write ids (n_… or v_…).",
    ),
)


def template(
    session: Session, actor: Actor, line_id: str | None, day: date, language: str
) -> bytes:
    """An xlsx of the vehicles of a line, or of all that the person may write rosters of."""
    rows = _vehicles(session, actor, line_id)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(SHEET.in_language(language))
        _headings(book, sheet, language)
        _fill(book, sheet, rows, day)
        _choices(book, sheet, rows, language)
        _help(book, language)
    return out.getvalue()


def _vehicles(session: Session, actor: Actor, line_id: str | None) -> Sequence[Any]:
    """Line and vehicle of each row, with first and last service."""
    query = (
        select(Line.name, Venue.vehicle, Line.first_service, Line.last_service)
        .join(Venue, Venue.line_id == Line.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(
            Venue.kind.in_(sorted(VEHICLES)),
            Venue.vehicle != "",
            scope.rows(actor, "venues.write"),
        )
        .order_by(Line.name, Line.id, Venue.vehicle)
    )
    if line_id is not None:
        line = venue_queries.find_line(session, actor, "venues.write", line_id)
        query = query.where(Line.id == line.id)
    return session.execute(query).all()


def _headings(book: Any, sheet: Any, language: str) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EAF1FB"})
    for place, (column, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        star = "*" if column.name in ("line", "day", "vehicle") else ""
        sheet.write_string(0, place, TITLES[column.name].in_language(language) + star, bold)
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)


def _fill(book: Any, sheet: Any, rows: Sequence[Any], day: date) -> None:
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    clocks = book.add_format({"num_format": "hh:mm"})
    texts = book.add_format({"num_format": "@"})
    for place, form in enumerate((None, dates, dates, texts, clocks, clocks)):
        sheet.set_column(place, place, WIDTHS[place], form)
    for row, (line, vehicle, first, last) in enumerate(rows, 1):
        sheet.write_string(row, 0, line)
        sheet.write_datetime(row, 1, day, dates)
        sheet.write_string(row, 3, vehicle, texts)
        for place, text in ((4, first), (5, last)):
            if text == "24:00":
                sheet.write_string(row, place, text)
            elif text:
                sheet.write_datetime(row, place, time.fromisoformat(text), clocks)


def _choices(book: Any, sheet: Any, rows: Sequence[Any], language: str) -> None:
    """Drop-downs of lines and vehicles, from a sheet of their own; others may be typed."""
    name = CHOICES.in_language(language)
    other = book.add_worksheet(name)
    lines = list(dict.fromkeys(row[0] for row in rows))
    vehicles = list(dict.fromkeys(row[1] for row in rows))
    last_row = len(rows) + SPARE_ROWS
    for place, column, values in ((0, 0, lines), (1, 3, vehicles)):
        other.set_column(place, place, 18)
        for row, value in enumerate(values):
            other.write_string(row, place, value)
        if values:
            letter = "AB"[place]
            source = f"='{name}'!${letter}$1:${letter}${len(values)}"
            rule = {"validate": "list", "source": source, "error_type": "information"}
            sheet.data_validation(1, column, last_row, column, rule)


def _help(book: Any, language: str) -> None:
    sheet = book.add_worksheet(HELP.in_language(language))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 90)
    for row, line in enumerate(LINES):
        sheet.write_string(row, 0, line.in_language(language), wrapped)
