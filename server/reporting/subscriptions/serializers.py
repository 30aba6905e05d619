"""Scheduled reports as the API shows them."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.reporting.subscriptions.models import ReportFile, ReportSchedule
from server.reporting.subscriptions.periods import due_ms, period_of
from server.reporting.subscriptions.queries import covers


def schedule_document(row: ReportSchedule, zone: ZoneInfo) -> dict[str, Any]:
    """A schedule, and its next report."""
    return {
        "id": public("report_schedule", row.id),
        "kind": row.kind,
        "hour": row.hour,
        "group_by": row.group_by,
        "filters": row.filters,
        "active": row.active,
        "next": _next(row, zone) if row.active else None,
        "created_at": iso(row.created_at, zone),
    }


def file_document(
    session: Session, actor: Actor, row: ReportFile, language: str, zone: ZoneInfo
) -> dict[str, Any]:
    """The report of one period."""
    name, schedule = public("report_file", row.id), public("report_schedule", row.schedule_id)
    at_hand = row.state == "made" and covers(session, actor, row.scope)
    why = Sentence(row.reason_zh or "", row.reason_en or "").in_language(language)
    return {
        "id": name,
        "schedule_id": schedule,
        "kind": row.kind,
        "from": row.first.isoformat(),
        "to": row.last.isoformat(),
        "group_by": row.group_by,
        "filters": row.filters,
        "state": row.state,
        "reason": why or None,
        "bytes": row.bytes,
        "file": f"/api/v1/report-schedules/{schedule}/files/{name}" if at_hand else None,
        "made_at": iso(row.finished_at, zone) if row.state == "made" else None,
    }


def _next(row: ReportSchedule, zone: ZoneInfo) -> dict[str, Any]:
    period = period_of(row.kind, row.next_first)
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "at": iso(due_ms(period, row.hour, zone), zone),
    }
