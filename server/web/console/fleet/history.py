"""The history of one screen, or of a vehicle or venue: days, and the hours of one of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.civil_time import Civil
from server.foundation.durations import HOUR_S
from server.foundation.i18n import range_text
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.inventory.screens import queries as screens
from server.inventory.venues import queries as venues
from server.inventory.venues.access import may, place_of
from server.inventory.venues.models import Venue
from server.monitoring.availability import rates
from server.monitoring.availability.distribution import spread
from server.monitoring.availability.packed_records import Record, record_of
from server.monitoring.duty import maintenance
from server.monitoring.duty.today import hours_today
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet, hours_of
from server.monitoring.fleet.tree import Fleet, ScreenNode
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.serializers import report_document
from server.reporting.delivery.service import ReportQuery
from server.web.console.fleet.fleet import as_of
from server.web.console.fleet.incidents import Reader
from server.web.console.fleet.labels import length, pct_text
from server.web.console.fleet.strips import SoFar, day_strip, hour_strip
from server.web.console.fleet.view import ahead_of, figures, screen_row
from server.web.console.report_charts.person_report import report_of
from server.web.console.reports.delivery import cell
from server.web.console.screens.commands import control
from server.web.helpers import day_of_address, today

pages = Blueprint("uptime_history_pages", __name__)

DAYS: Final = 30


@pages.get("/uptime/venues/<venue_id>")
@needs("reports.read")
def venue_page(venue_id: str) -> str:
    """All screens of a vehicle or venue: 30 days, and the hours of one."""
    day = _day()
    with core().config.read() as session:
        venue = venues.find(session, actor(), "reports.read", venue_id)
        place = _place(session, venue)
    found = _fleet_of(FleetQuery(_days_shown(), "unit", venue=venue.id))
    top = f"/uptime/venues/{venue_id}"
    nodes = [screen for branch in found.branches for screen in branch.screens]
    return render_template(
        "uptime/venue.html",
        place=place,
        **_of_day(found, day, top),
        rows=_rows(found, nodes, day, top),
    )


@pages.get("/uptime/screens/<screen_id>")
@needs("reports.read")
def screen_page(screen_id: str) -> str:
    """One screen: its days beside its plays, the hours of a day, incidents and commands."""
    day = _day()
    top = f"/uptime/screens/{screen_id}"
    with core().config.read() as session:
        row = screens.find(session, actor(), "reports.read", screen_id)
        found = _fleet_of(FleetQuery(_days_shown(), "unit", screen=row.id))
        nodes = [one for branch in found.branches for one in branch.screens]
        return render_template(
            "uptime/screen.html",
            screen={"id": screen_id, "name": row.name},
            place=_place(session, row.venue),
            **_of_day(found, day, top),
            rows=_rows(found, nodes, day, top),
            figures=_figures(found, nodes),
            days=_days(found, nodes, screen_id),
            incidents=Reader(session).past(screen_id),
            may_plan=may(actor(), maintenance.WRITE, place_of(row.venue)) and bool(nodes),
            maintenance=maintenance.current_of(core(), session, actor(), row.id),
            cell=cell,
            **control(session, row),
        )


def _days_shown() -> range:
    last = today().toordinal()
    return range(last + 1 - DAYS, last + 1)


def _fleet_of(query: FleetQuery) -> Fleet:
    return fleet(core(), playback(), actor(), query)


def _place(session: Session, venue: Venue) -> dict[str, Any]:
    expected_hours = hours_today(session, venue, core().clock.now_ms())
    return {
        "expected_hours": expected_hours.in_words(language()) if expected_hours is not None else "",
        "id": public("venue", venue.id),
        "name": venue.vehicle or venue.name,
        "unit": venue.unit.name,
        "depot": venue.depot,
        "contact": venue.contact_name,
    }


def _rows(found: Fleet, nodes: Sequence[ScreenNode], day: date, top: str) -> list[dict[str, Any]]:
    """Each screen's state, days and hours."""
    shown = [node.id for node in nodes if node.counts(day.toordinal())]
    hours = hours_of(core(), shown, day.toordinal())
    return [_row(found, node, day, top, hours.get(node.id, ())) for node in nodes]


def _row(
    found: Fleet, node: ScreenNode, day: date, top: str, hours: Sequence[Record]
) -> dict[str, Any]:
    plays = f"/plays?screen_id={public('screen', node.id)}&day={day}"

    ahead = ahead_of(found, node.ahead_s, core().settings.zone)
    so_far = _so_far(found, node, ahead.today) if day.toordinal() == ahead.today else None

    def to_day(number: int) -> str:
        return f"{top}?day={date.fromordinal(number)}"

    return {
        **screen_row(node, found, core().settings.zone),
        "strip": day_strip(found.days, node.strip(), ahead, to_day, day.toordinal()),
        "hours": hour_strip(hours, so_far, lambda hour: f"{plays}&hour={hour}") if hours else None,
    }


def _so_far(found: Fleet, node: ScreenNode, today: int) -> SoFar:
    into_s = found.as_of_s - Civil(core().settings.zone).start_of(today) // 1000
    return SoFar(into_s // HOUR_S, record_of(node.today).operating - node.ahead_s)


def _of_day(found: Fleet, day: date, top: str) -> dict[str, Any]:
    later = day + timedelta(days=1)
    return {
        "as_of": as_of(found),
        "day": day.isoformat(),
        "top": top,
        "earlier": (day - timedelta(days=1)).isoformat(),
        "later": later.isoformat() if later <= today() else None,
        "length_of": DAYS,
    }


def _figures(found: Fleet, nodes: Sequence[ScreenNode]) -> dict[str, Any] | None:
    """A screen's own; None for one that was retired or revoked."""
    if not nodes:
        return None
    one = nodes[0].record
    own = spread([(one.monitored, one.up)], found.target_pct)
    return figures(one, own, nodes[0].ahead_s)


def _days(found: Fleet, nodes: Sequence[ScreenNode], screen_id: str) -> list[dict[str, Any]]:
    """Each day's contact beside its plays, the newest first."""
    if not nodes:
        return []
    first, last = date.fromordinal(found.days.start), date.fromordinal(found.days.stop - 1)
    about = ReportQuery(first, last, "day", screen_id=screen_id)
    report = report_document(report_of(about), language(), district_zone())
    plays = {str(row["day"]): row for row in report["items"]}
    ahead = ahead_of(found, nodes[0].ahead_s, core().settings.zone)
    rows = []
    for number, whole in zip(found.days, nodes[0].strip(), strict=True):
        day, record = date.fromordinal(number).isoformat(), ahead.taken_off(whole, number)
        if record.operating or day in plays:
            rows.append(_day_row(day, record, plays.get(day, {})))
    return rows[::-1]


def _day_row(day: str, record: Record, plays: dict[str, Any]) -> dict[str, Any]:
    down, unknown = record.monitored - record.up, record.operating - record.monitored
    low, high = (pct_text(rate.pct) for rate in rates.display_uptime(record))
    return {
        "day": day,
        "uptime": pct_text(rates.link_availability(record).pct),
        "down": length(down) if down else "–",
        "unknown": length(unknown) if unknown else "–",
        "display": range_text(low, high),
        "plays": plays,
    }


def _day() -> date:
    """That of the address. Beyond today there is nothing, and the calendar has its ends."""
    return day_of_address(date(2000, 1, 1), today())
