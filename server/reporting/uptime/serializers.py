"""Uptime as the API shows it."""

from datetime import tzinfo
from typing import Any

from server.foundation.i18n import wording
from server.foundation.rest.resources import iso
from server.reporting.uptime.service import UptimeReport


def uptime_document(report: UptimeReport, language: str, zone: tzinfo) -> dict[str, Any]:
    """The JSON form: items, their totals, and until when they hold."""
    query, worded = report.query, wording(language)
    return {
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "group_by": query.group_by,
        "as_of": iso(report.as_of, zone),
        "items": [
            {
                label.field: label.value,
                "name": worded(label.name),
                **figures.as_json(),
            }
            for label, figures in report.rows
        ],
        "next": None,
        "totals": report.totals.as_json(),
    }
