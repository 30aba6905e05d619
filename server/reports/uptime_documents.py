"""Uptime as the API shows it."""

from datetime import tzinfo
from typing import Any

from server.reports.uptime import UptimeReport
from server.rest import iso


def uptime_document(report: UptimeReport, language: str, zone: tzinfo) -> dict[str, Any]:
    """The JSON form: items, their totals, and until when they hold."""
    query = report.query
    return {
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "group_by": query.group_by,
        "as_of": iso(report.as_of, zone),
        "items": [
            {
                label.field: label.value,
                "name": label.name.in_language(language),
                **figures.as_json(),
            }
            for label, figures in report.rows
        ],
        "next": None,
        "totals": report.totals.as_json(),
    }
