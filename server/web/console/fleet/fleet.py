"""运行监测: dark screens and since when, the uptime of each, and incidents being handled."""

from datetime import date
from typing import Any, Final

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.foundation.civil_time import Civil
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet
from server.monitoring.fleet.status import DARK
from server.monitoring.fleet.tree import Fleet
from server.monitoring.incidents.queries import Wanted
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.service import ReportQuery
from server.reporting.uptime.service import Only
from server.web.addresses import href
from server.web.console.fleet.dark_card import dark_card
from server.web.console.fleet.filters import (
    KEPT,
    LENGTHS,
    Choices,
    FleetFilter,
    choices,
    fleet_query,
)
from server.web.console.fleet.incidents import At, Reader, causes
from server.web.console.fleet.labels import state_choices
from server.web.console.fleet.online_curve import online_curve
from server.web.console.fleet.view import ANY_DARK, DARK_NAME, SHOWN_DARK, Address, View, figures
from server.web.console.report_charts.frame import report_tabs
from server.web.helpers import query_args, query_of, today

pages = Blueprint("uptime_pages", __name__)

TOP: Final = "/uptime"
MOST_DARK: Final = 100
"""The maximum number of places on the page; beyond, a list with pages is of more use."""


@pages.get(TOP)
@needs("reports.read")
def fleet_page() -> str:
    """Lines or units, their vehicles or venues, the screens in them: the worst first."""
    given = query_args(*KEPT)
    filters = query_of(FleetFilter, given)
    with core().config.read() as session:
        available = choices(session, actor())
        query = fleet_query(session, available, filters, today())
    found = fleet(core(), playback(), actor(), query)
    return render_template(
        "uptime/fleet.html",
        tabs=report_tabs(),
        **_shown(found, query, filters, given),
        **_chosen(available, query, filters, given),
        **_incidents(found, query, filters),
        **_curve(query, filters),
        causes=causes(),
    )


def _curve(query: FleetQuery, filters: FleetFilter) -> dict[str, Any]:
    """The screens online by the hour, and the file with the figures of each."""
    first, last = (date.fromordinal(day) for day in (query.days.start, query.days.stop - 1))
    asked = ReportQuery(
        first,
        last,
        "hour",
        unit_id=filters.unit_id,
        line_id=filters.line_id,
        venue_kind=filters.kind,
    )
    return {
        "curve": online_curve(asked, Only(filters.depot or None, vehicles=query.by == "line")),
        "is_today": first == last,
        "hours_href": href("/api/v1/reports/uptime.xlsx", _asked(query, filters, "hour")),
    }


def as_of(found: Fleet) -> str | None:
    """The instant of a fleet's figures; None before any monitoring."""
    return iso(found.as_of_s * 1000 or None, district_zone())


def _shown(
    found: Fleet, query: FleetQuery, filters: FleetFilter, given: dict[str, str]
) -> dict[str, Any]:
    by_line = query.by == "line"
    address = Address(by_line, given)
    narrowed = bool(filters.line_id if by_line else filters.unit_id) or bool(
        filters.depot or filters.kind
    )
    view = View(found, by_line, filters.state, narrowed, core().settings.zone, address)
    all_dark = narrowed or filters.state == ANY_DARK
    dark, dark_left = view.dark(MOST_DARK if all_dark else SHOWN_DARK)
    return {
        "as_of": as_of(found),
        "seen_at": iso(found.now_s * 1000 or None, district_zone()),
        "by_line": by_line,
        "sentences": (sentences := view.sentences()),
        "elsewhere": _elsewhere()
        if by_line and not (sentences or narrowed or filters.unit_id)
        else None,
        "dark": dark,
        "dark_left": dark_left,
        "dark_screens": sum(found.states.get(state, 0) for state in DARK),
        "dark_href": _dark_screens(filters) if all_dark else address.to(state=ANY_DARK),
        "screens": sum(found.states.values()),
        "watched": found.watched,
        "figures": figures(found.record, found.spread, found.ahead_s),
        "target": f"{float(found.target_pct):g} %",
        "branches": view.branches(),
        "first_day": date.fromordinal(query.days.start).strftime("%m-%d"),
        "last_day": date.fromordinal(query.days.stop - 1).strftime("%m-%d"),
    }


def _elsewhere() -> dict[str, Any] | None:
    """The card of dark screens in the person's scope, for a page without vehicles; None if none."""
    found = dark_card(core(), playback())
    return found if found["count"] else None


def _dark_screens(filters: FleetFilter) -> str:
    """All of them, a page at a time; the depot alone can't be asked for there."""
    listed = {"state": "dark", "view": "list"}
    return href("/screens", listed, _only(filters), {"venue_kind": filters.kind})


def _chosen(
    available: Choices, query: FleetQuery, filters: FleetFilter, given: dict[str, str]
) -> dict[str, Any]:
    """The filters, the other views of the same, and its files."""
    address = Address(query.by == "line", given)
    states = [(ANY_DARK, translate(DARK_NAME)), *state_choices()]
    # What only the other view can be narrowed to isn't taken along.
    other = {"line_id": "", "depot": "", "kind": "", "state": filters.state or ""}
    return {
        "filters": filters,
        "available": available,
        "states": states,
        "state_name": dict(states).get(filters.state or ""),
        "names": _names(available, filters),
        "narrowed": bool(set(given) - {"by", "days"}),
        "wide_href": href(TOP, {"by": query.by, "days": filters.days}),
        "line_href": address.to(by="line", **other),
        "unit_href": address.to(by="unit", **other),
        "lengths": [(n, address.to(days=str(n)), str(n) == filters.days) for n in LENGTHS],
        "file_href": lambda suffix: href(
            f"/api/v1/reports/uptime.{suffix}", _asked(query, filters)
        ),
        "sheets_href": href("/uptime/sheet", _only(filters)),
    }


def _names(available: Choices, filters: FleetFilter) -> list[str]:
    """The filters of the page."""
    kinds = dict(available.lines + available.units + available.kinds)
    selected = (filters.line_id, filters.depot, filters.unit_id, filters.kind)
    return [kinds.get(one, one) for one in selected if one]


def _asked(
    query: FleetQuery, filters: FleetFilter, group_by: str = "screen"
) -> dict[str, str | None]:
    """The same as a report: a row for each screen with its depot and state."""
    return {
        "from": date.fromordinal(query.days.start).isoformat(),
        "to": date.fromordinal(query.days.stop - 1).isoformat(),
        "group_by": group_by,
        **_only(filters),
        "venue_kind": filters.kind,
        "depot": filters.depot,
        "vehicles": "true" if query.by == "line" else None,
    }


def _only(filters: FleetFilter) -> dict[str, str | None]:
    return {"line_id": filters.line_id, "unit_id": filters.unit_id}


def _incidents(found: Fleet, query: FleetQuery, filters: FleetFilter) -> dict[str, Any]:
    wanted = Wanted(line_id=filters.line_id, unit_id=filters.unit_id)
    at = At(query.by == "line", filters.depot, filters.kind)
    from_ms = Civil(core().settings.zone).start_of(query.days.start)
    with core().config.read() as session:
        reader = Reader(session)
        return {
            "incidents": reader.open(Wanted("open", **_only(filters)), at),
            "failures": reader.failures(wanted, from_ms, found.record, at),
            "orders_href": href("/incidents/orders", _only(filters)),
            "incidents_href": href("/incidents", _only(filters)),
        }
