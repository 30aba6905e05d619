"""The monthly sheet of a line or unit, to be printed, signed and sealed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, Literal

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence, share_text
from server.foundation.pinyin import by_name
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import Choice, translate
from server.inventory.venues.fields.opening_hours import WRONG_DATE
from server.monitoring.availability.packed_records import Record
from server.monitoring.availability.rates import (
    Rate,
    allows_verdict,
    link_availability,
    meets_target,
    monitored_time,
)
from server.monitoring.fleet.service import fleet
from server.monitoring.fleet.tree import Fleet, ScreenNode, VenueNode
from server.playlog.ingest.flask_extension import playback
from server.web.addresses import href
from server.web.console.fleet.filters import FleetFilter, choices, fleet_query, month_of
from server.web.console.fleet.fleet import as_of
from server.web.console.fleet.labels import SHADES, pct_text
from server.web.console.fleet.strips import day_strip
from server.web.console.fleet.view import ahead_of, figures
from server.web.helpers import now, query_args, query_of, today

pages = Blueprint("uptime_sheet_pages", __name__)

MOST_ROWS: Final = 1_000
"""More make no sheet of paper, and a page that no browser likes."""
TIMES: Final = ("operating", "down", "unknown")
TENTH_S: Final = 360
Verdict = Literal["met", "missed", "unsure"]
"""Whether a screen meets the target; `unsure` where less than half of its time is known."""
MONTH: Final = Sentence("{y} 年 {m} 月", "{y}-{m:02d}")


@pages.get("/uptime/sheet")
@needs("reports.read")
def sheet_page() -> str:
    """A row for each screen with a sign for each day; without a line or unit: which ones exist."""
    given = query_args("line_id", "unit_id", "month")
    first, days = _month(given.get("month"))
    filters = query_of(FleetFilter, {**given, "by": "unit" if "unit_id" in given else "line"})
    with core().config.read() as session:
        available = choices(session, actor())
        query = fleet_query(session, available, filters, today())
    name = dict(available.lines).get(filters.line_id or "") or dict(available.units).get(
        filters.unit_id or ""
    )
    found = None
    if name:
        found = fleet(core(), playback(), actor(), replace(query, days=days, gone=True))
    parts = _parts(found) if found else []
    return render_template(
        "uptime/sheet.html",
        name=name,
        parts=parts,
        screens=sum(found.states.values()) if found else 0,
        by_line=filters.unit_id is None,
        month=first.strftime("%Y-%m"),
        month_text=translate(MONTH).format(y=first.year, m=first.month),
        today=now().strftime("%Y-%m-%d"),
        available=available,
        filters=filters,
        **_around(first, given),
        **(_sheet(found) if found and not parts else {"rows": []}),
    )


def _parts(found: Fleet) -> list[Choice]:
    """The units to print sheets of instead, where one sheet of all of them would be too long."""
    if sum(found.states.values()) <= MOST_ROWS or len(found.branches) < 2:
        return []
    return [(public("unit", one.id), one.name) for one in found.branches if one.id]


def _around(first: date, given: dict[str, str]) -> dict[str, Any]:
    """The months beside this one."""
    before = (first - timedelta(days=1)).strftime("%Y-%m")
    after = first + timedelta(days=32)
    return {
        "earlier": href("/uptime/sheet", given, {"month": before}),
        "later": href("/uptime/sheet", given, {"month": after.strftime("%Y-%m")})
        if after.replace(day=1) <= today()
        else None,
    }


def _sheet(found: Fleet) -> dict[str, Any]:
    venues = [venue for branch in found.branches for venue in branch.venues]
    venues.sort(key=lambda node: (by_name(node.venue.vehicle or node.venue.name), node.venue.id))
    rows = [_row(found, venue, one) for venue in venues for one in venue.screens]
    return {
        "as_of": as_of(found),
        "days": [date.fromordinal(day) for day in found.days],
        "rows": rows,
        "figures": {
            **figures(found.record, found.spread, found.ahead_s),
            "uptime": pct_text(link_availability(found.record).pct),
            "monitored": share_text(monitored_time(found.record, found.ahead_s).share),
            **_counted(rows),
        },
        "sums": _printed({key: sum(row["tenths"][key] for row in rows) for key in TIMES}),
        "target": f"{float(found.target_pct):g} %",
        "signs": [(sign, translate(name)) for name, sign in SHADES.values()],
    }


def _row(found: Fleet, venue: VenueNode, screen: ScreenNode) -> dict[str, Any]:
    record = screen.record
    monitored = monitored_time(record, screen.ahead_s)
    ahead = ahead_of(found, screen.ahead_s, core().settings.zone)
    tenths = _tenths(record, screen.ahead_s)
    return {
        "venue": venue.venue.vehicle or venue.venue.name,
        "id": public("screen", screen.id),
        "name": screen.name,
        "is_gone": screen.is_gone,
        "cells": day_strip(found.days, screen.strip(), ahead)["cells"],
        "tenths": tenths,
        "sums": _printed(tenths),
        "uptime": pct_text(link_availability(record).pct),
        "monitored": share_text(monitored.share),
        "verdict": _verdict(record, monitored, found.target_pct),
    }


def _verdict(record: Record, monitored: Rate, target_pct: Fraction) -> Verdict | None:
    """None where nothing was monitored."""
    if not record.monitored:
        return None
    if not allows_verdict(monitored):
        return "unsure"
    return "met" if meets_target(link_availability(record), target_pct) else "missed"


def _counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The share of screens that meet the target, of those that are judged, and the others."""
    verdicts = Counter(row["verdict"] for row in rows)
    met = Rate(verdicts["met"], verdicts["met"] + verdicts["missed"])
    return {"meets": share_text(met.share), "unsure": verdicts["unsure"]}


def _tenths(record: Record, ahead_s: int) -> dict[str, int]:
    """Operating, down and unknown time so far rounded to tenths of an hour before summing."""
    operating = monitored_time(record, ahead_s).whole
    down, unknown = record.monitored - record.up, operating - record.monitored
    return {
        name: round(seconds / TENTH_S)
        for name, seconds in zip(TIMES, (operating, down, unknown), strict=True)
    }


def _printed(tenths: Mapping[str, int]) -> dict[str, str]:
    return {name: f"{value / 10:,.1f}" for name, value in tenths.items()}


def _month(text: str | None) -> tuple[date, range]:
    """The month in this page's address. Raises Invalid."""
    try:
        return month_of(text, today())
    except (ValueError, OverflowError) as error:
        raise Invalid.at("/month", WRONG_DATE) from error
