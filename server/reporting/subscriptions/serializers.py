"""Scheduled reports as the API shows them."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.reporting.subscriptions import schemas
from server.reporting.subscriptions.models import ReportFile, ReportSchedule
from server.reporting.subscriptions.periods import due_ms, period_of
from server.reporting.subscriptions.queries import covers


def schedule_document(row: ReportSchedule, zone: ZoneInfo) -> dict[str, Any]:
    """A schedule, and its next report."""
    return document(schemas.Schedule, row, zone, next=_next(row, zone) if row.active else None)


def file_document(
    session: Session, actor: Actor, row: ReportFile, language: str, zone: ZoneInfo
) -> dict[str, Any]:
    """The report of one period."""
    name, schedule = public("report_file", row.id), public("report_schedule", row.schedule_id)
    at_hand = row.state == "made" and covers(session, actor, row.scope)
    why = Sentence(row.reason_zh or "", row.reason_en or "").in_language(language)
    return document(
        schemas.File,
        row,
        zone,
        from_=row.first,
        to=row.last,
        reason=why or None,
        file=f"/api/v1/report-schedules/{schedule}/files/{name}" if at_hand else None,
        made_at=row.finished_at if row.state == "made" else None,
    )


def _next(row: ReportSchedule, zone: ZoneInfo) -> dict[str, Any]:
    period = period_of(row.kind, row.next_first)
    at_ms = due_ms(period, row.hour, zone)
    return document(schemas.Next, period, zone, from_=period.first, to=period.last, at=at_ms)
