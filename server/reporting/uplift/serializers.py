"""Uplift as the API shows it."""

from datetime import date, tzinfo
from typing import Any

from playlists.windows import HOUR_MS
from server.foundation.rest.documents import document
from server.foundation.rest.resources import iso
from server.reporting.delivery.labels import kind_name
from server.reporting.uplift import schemas
from server.reporting.uplift.rates import Change, Rate
from server.reporting.uplift.service import Uplift, UpliftReport


def uplift_document(report: UpliftReport, language: str, zone: tzinfo) -> dict[str, Any]:
    """The JSON form: campaigns, and until when it holds."""
    first = report.query.first
    return {
        "from": first.isoformat() if first else None,
        "to": report.query.last.isoformat(),
        "as_of": iso(report.as_of, zone),
        "items": [campaign_document(row, language) for row in report.rows],
        "next": None,
    }


def campaign_document(row: Uplift, language: str) -> dict[str, Any]:
    """One campaign."""
    about = row.about
    return document(
        schemas.UpliftRow,
        about,
        campaign_id=about.campaign,
        before_days=_days(row.before),
        since_days=_days(row.since) if row.since else None,
        **_change(row.whole),
        reported={**about.baseline, "uplift": _short(row.reported_uplift)}
        if about.baseline
        else None,
        venue_kinds=[
            {"venue_kind": kind, "name": kind_name(kind).in_language(language), **_change(one)}
            for kind, one in row.kinds
        ],
    )


def hours(rate: Rate) -> float:
    """The open hours that a rate rests on."""
    return round(rate.open_ms / HOUR_MS, 1)


def _change(one: Change) -> dict[str, Any]:
    return {
        "before": _rate(one.before),
        "since": _rate(one.since),
        "uplift": _short(one.uplift),
        "all_screens": _rate(one.everywhere),
        "own": _rate(one.own),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    per_hour = _short(rate.per_hour)
    return document(schemas.MeasuredRate, rate, hours=hours(rate), per_hour=per_hour)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _days(days: tuple[date, date]) -> dict[str, str]:
    return {"from": days[0].isoformat(), "to": days[1].isoformat()}
