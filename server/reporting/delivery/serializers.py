"""Reports as the API shows them."""

from datetime import tzinfo
from typing import Any

from server.foundation.i18n import wording
from server.foundation.rest.resources import iso
from server.reporting.delivery.figures import share_of_confirmed
from server.reporting.delivery.service import Report, Row
from server.reporting.plays.acknowledged import Counts, counts_document


def report_document(report: Report, language: str, zone: tzinfo) -> dict[str, Any]:
    """The JSON form: items, their totals, and until when they hold."""
    query, worded = report.query, wording(language)
    return {
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "group_by": query.group_by,
        "as_of": iso(report.as_of, zone),
        "items": [
            {**_item(row, worded(row.label.name)), **_of_campaign(report, row)}
            for row in report.rows
        ],
        "next": None,
        "totals": {
            **report.totals.as_json(),
            "adjustments": report.adjustments,
            **_counts(report.taken),
        },
        "of_campaigns": None if report.of_campaigns is None else report.of_campaigns.as_json(),
        "of_public_interest": _of_public_interest(report),
        "chain_head": report.chain_head,
        "declared": dict(report.declared),
        "spot_checks": {
            **report.checked.as_json(),
            "sentence": report.checked.sentence.in_language(language),
        },
    }


def _of_public_interest(report: Report) -> dict[str, Any] | None:
    """The totals with their share of all confirmed plays; null where nothing was played."""
    marked = report.of_public_interest
    if marked is None:
        return None
    return {**marked.as_json(), "share_of_confirmed": share_of_confirmed(marked, report.totals)}


def _item(row: Row, name: str) -> dict[str, Any]:
    label = row.label
    counts = _counts(row.taken)
    return {label.field: label.value, "name": name, **row.figures.as_json(), **counts}


def _of_campaign(report: Report, row: Row) -> dict[str, Any]:
    """What rows have that are campaigns, or plays of none."""
    if not report.by_campaign:
        return {}
    return {
        "public_interest": row.public_interest,
        "share_of_confirmed": share_of_confirmed(row.figures, report.totals),
    }


def _counts(counts: Counts | None) -> dict[str, dict[str, int]]:
    """Only if they were asked for."""
    return {} if counts is None else {"acknowledged": counts_document(counts)}
