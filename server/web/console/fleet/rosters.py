"""线路 and 排班: lines with their service hours, the roster of a day, rosters by a table."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import WEEKDAYS, translate
from server.foundation.rest.resources import FIRST_YEAR, LAST_YEAR, district_zone, etag_of
from server.inventory.venues import queries
from server.inventory.venues.access import may_write_lines
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Line, Venue
from server.inventory.venues.serializers import line_document
from server.monitoring.duty.models import RosterDay, RosteredVehicle
from server.monitoring.rosters import service as rosters
from server.web.helpers import day_of_address, listed, today, unit_choices

pages = Blueprint("roster_pages", __name__)

TOP: Final = "/lines"
BEFORE, STRIP_DAYS = 3, 14
NO_HOURS: Final = Sentence("未填首末班", "No service hours")


@pages.get(TOP)
@needs("read")
def lines_page() -> str:
    """Lines in scope with their hours, vehicles and today's source of hours."""
    with core().config.read() as session:
        found = listed(session, queries.lines_in_scope(actor()), Line.id)
        units = unit_choices(session, actor())
        writable = _writable(session, units)
        return render_template(
            "lines/list.html",
            lines=_lines(session, found["items"]),
            **found,
            units=[one for one in units if one[0] in writable],
            may_write=any(may_write_lines(actor(), grant.unit_path) for grant in actor().grants),
            home=public("unit", actor().unit_id),
        )


@pages.get(f"{TOP}/rosters/import")
@needs("venues.write")
def import_page() -> str:
    """Check a table of rosters row by row, then set them."""
    return render_template(
        "imports/rosters.html",
        tomorrow=(today() + timedelta(days=1)).isoformat(),
        may_pair=bool(actor().roots("screens.pair")),
    )


@pages.get(f"{TOP}/<line_id>")
@needs("read")
def line_page(line_id: str) -> str:
    """One line: its hours, and who runs when on a day."""
    day = day_of_address(date(FIRST_YEAR, 2, 1), date(LAST_YEAR - 1, 1, 1))
    with core().config.read() as session:
        line = queries.find_line(session, actor(), "read", line_id)
        document = line_document(line, district_zone())
        roster = rosters.roster_document(session, line.id, day)
        return render_template(
            "lines/detail.html",
            line={**document, "unit": line.unit.name},
            line_tag=etag_of(document),
            service=_service(line),
            usual=_usual(line),
            day=day.isoformat(),
            weekday=translate(WEEKDAYS[day.weekday()][1]),
            earlier=(day - timedelta(days=1)).isoformat(),
            later=(day + timedelta(days=1)).isoformat(),
            strip=_strip(session, line.id, day),
            rostered=roster["vehicles"] is not None,
            roster_tag=etag_of(roster),
            rows=_rows(session, line, roster["vehicles"]),
            copies=_copies(session, line.id, day),
            may_write=may_write_lines(actor(), line.unit.path),
        )


def _writable(session: Session, units: Sequence[tuple[str, str]]) -> set[str]:
    """The units of these for which the person may write lines."""
    paths = session.execute(select(Unit.id, Unit.path))
    writable = {public("unit", unit) for unit, path in paths if may_write_lines(actor(), path)}
    return writable & {unit for unit, _ in units}


def _lines(session: Session, rows: Sequence[Line]) -> list[dict[str, Any]]:
    numbers = [row.id for row in rows]
    vehicles = _vehicle_counts(session, numbers)
    query = select(RosterDay.line_id).where(
        RosterDay.day == today(), RosterDay.line_id.in_(numbers)
    )
    rostered = set(session.scalars(query))
    running = _running(session, numbers, today(), today())
    return [
        {
            "id": public("line", row.id),
            "name": row.name,
            "unit": row.unit.name,
            "depot": row.depot,
            "service": _service(row),
            "vehicles": vehicles[row.id],
            "rostered": row.id in rostered,
            "running": running[row.id, today()],
        }
        for row in rows
    ]


def _vehicle_counts(session: Session, lines: Sequence[int]) -> Counter[int]:
    query = select(Venue.line_id, func.count()).where(
        Venue.line_id.in_(lines), Venue.kind.in_(sorted(VEHICLES))
    )
    rows = session.execute(query.group_by(Venue.line_id))
    return Counter({line: count for line, count in rows if line is not None})


def _running(
    session: Session, lines: Sequence[int], first: date, last: date
) -> Counter[tuple[int, date]]:
    """The number of rostered vehicles, by line and day."""
    query = (
        select(RosteredVehicle.line_id, RosteredVehicle.day, func.count())
        .where(RosteredVehicle.line_id.in_(lines), RosteredVehicle.day.between(first, last))
        .group_by(RosteredVehicle.line_id, RosteredVehicle.day)
    )
    return Counter({(row[0], row[1]): row[2] for row in session.execute(query)})


def _service(line: Line) -> str:
    return _usual(line).replace("-", " – ") or translate(NO_HOURS)


def _usual(line: Line) -> str:
    """The line's hours as a service in a form's field; empty if they aren't known."""
    if not line.first_service or not line.last_service:
        return ""
    return f"{line.first_service}-{line.last_service}"


def _strip(session: Session, line: int, day: date) -> list[dict[str, Any]]:
    """The days around one, with how many vehicles run where there is a roster."""
    days = [day + timedelta(days=step) for step in range(-BEFORE, STRIP_DAYS - BEFORE)]
    rostered_days = set(_days(session, line, days[0], days[-1]))
    running = _running(session, [line], days[0], days[-1])
    return [
        {
            "day": one.isoformat(),
            "text": one.strftime("%m-%d"),
            "weekday": translate(WEEKDAYS[one.weekday()][1]),
            "rostered": one in rostered_days,
            "running": running[line, one],
            "here": one == day,
            "is_today": one == today(),
        }
        for one in days
    ]


def _copies(session: Session, line: int, day: date) -> list[str]:
    """Days near this one that have a roster, the nearest before it first."""
    near = timedelta(days=35)
    days = [one for one in _days(session, line, day - near, day + near) if one != day]
    return [one.isoformat() for one in sorted(days, key=lambda one: (one > day, abs(one - day)))]


def _days(session: Session, line: int, first: date, last: date) -> list[date]:
    query = select(RosterDay.day).where(
        RosterDay.line_id == line, RosterDay.day.between(first, last)
    )
    return list(session.scalars(query.order_by(RosterDay.day)))


def _rows(
    session: Session, line: Line, rostered: Sequence[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    """The line's vehicles and others that help out, each with its services of the day."""
    services = {one["venue_id"]: one["services"] for one in rostered or ()}
    query = queries.in_scope(actor()).where(
        Venue.line_id == line.id, Venue.kind.in_(sorted(VEHICLES))
    )
    rows = [
        {"id": public("venue", venue.id), "name": venue.vehicle or venue.name, "helps": False}
        for venue in session.scalars(query.order_by(Venue.vehicle, Venue.id))
    ]
    own = {row["id"] for row in rows}
    rows += [
        {"id": one["venue_id"], "name": one["vehicle"] or one["name"], "helps": True}
        for one in rostered or ()
        if one["venue_id"] not in own
    ]
    for row in rows:
        mine = " ".join("-".join(pair) for pair in services.get(row["id"], []))
        row["services"] = mine if rostered is not None else _usual(line)
    return rows
