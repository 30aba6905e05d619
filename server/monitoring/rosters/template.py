"""The roster template: headings, choices, and vehicles with their lines' hours."""

import io
from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.template_workbook import (
    CHOICES,
    HELP,
    Heading,
    new_book,
    write_drop_downs,
    write_headings,
    write_help,
)
from server.inventory.venues import access
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Line, Venue
from server.monitoring.rosters.rows import COLUMNS, TITLES

SHEET: Final = Sentence("排班", "Rosters")
WIDTHS: Final = (16, 12, 12, 16, 9, 9)
FORMS: Final = ("", "yyyy-mm-dd", "yyyy-mm-dd", "@", "hh:mm", "hh:mm")
NEEDED: Final = ("line", "day", "vehicle")
# Columns with a drop-down, and the positions of their values in the choices.
LISTED: Final = ((0, 0), (3, 1))
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
    """An xlsx of the vehicles of a line, or of all whose rosters the person may write."""
    rows = _vehicles(session, actor, line_id)
    out = io.BytesIO()
    with new_book(out) as book:
        sheet = book.add_worksheet(SHEET.in_language(language))
        forms = write_headings(book, sheet, _headings(language))
        _fill(sheet, rows, day, forms)
        choices = {place: list(dict.fromkeys(row[of] for row in rows)) for place, of in LISTED}
        write_drop_downs(book, sheet, CHOICES.in_language(language), choices, len(rows))
        write_help(book, HELP.in_language(language), [one.in_language(language) for one in LINES])
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
            access.rows(actor, "venues.write"),
        )
        .order_by(Line.name, Line.id, Venue.vehicle)
    )
    if line_id is not None:
        line = venue_queries.find_line(session, actor, "venues.write", line_id)
        query = query.where(Line.id == line.id)
    return session.execute(query).all()


def _headings(language: str) -> list[Heading]:
    return [
        Heading(TITLES[column.name].in_language(language), width, form, column.name in NEEDED)
        for column, width, form in zip(COLUMNS, WIDTHS, FORMS, strict=True)
    ]


def _fill(sheet: Any, rows: Sequence[Any], day: date, forms: Sequence[Any]) -> None:
    for row, (line, vehicle, first, last) in enumerate(rows, 1):
        sheet.write_string(row, 0, line)
        sheet.write_datetime(row, 1, day, forms[1])
        sheet.write_string(row, 3, vehicle, forms[3])
        for place, text in ((4, first), (5, last)):
            if text == "24:00":
                sheet.write_string(row, place, text)
            elif text:
                sheet.write_datetime(row, place, time.fromisoformat(text), forms[place])
