"""Scheduled reports: a person orders, changes, pauses and deletes his own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from playlists.windows import local_date
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid, NotFound
from server.foundation.jobs.service import enqueue, wake
from server.foundation.public_ids import number, public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.venues.kinds import KINDS
from server.reporting.delivery import queries as reports
from server.reporting.subscriptions import labels as wording
from server.reporting.subscriptions import queries
from server.reporting.subscriptions.models import ReportFile, ReportSchedule
from server.reporting.subscriptions.paths import store_of
from server.reporting.subscriptions.periods import period_of

MOST: Final = 20
FINDERS: Final = {
    "unit_id": reports.units_below,
    "territory_id": reports.units_below,
    "venue_id": reports.venue_number,
    "screen_id": reports.screen_number,
    "line_id": reports.line_number,
}


@dataclass(frozen=True)
class ScheduleDraft:
    """A schedule as a person writes it; filters by the report's names."""

    kind: str
    hour: int
    group_by: str
    filters: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh_CN"


def create(core: Core, actor: Actor, draft: ScheduleDraft) -> ReportSchedule:
    """Order reports from the period that runs now on. Raises NotFound, Invalid, Conflict."""
    with core.config.write() as session:
        now_ms = core.clock.now_ms()
        _check_filters(session, actor, draft.filters)
        if queries.count(session, queries.mine(actor)) >= MOST:
            raise Conflict(wording.ENOUGH, code="enough")
        row = ReportSchedule(
            user_id=actor.user_id,
            kind=draft.kind,
            hour=draft.hour,
            group_by=draft.group_by,
            filters=dict(draft.filters),
            language=draft.language,
            active=True,
            next_first=period_of(draft.kind, local_date(core.settings.zone, now_ms)).first,
            created_at=now_ms,
        )
        session.add(row)
        session.flush()
        _note(core, session, actor, row, "create")
    return row


def change(
    core: Core, actor: Actor, schedule_id: str, changes: Mapping[str, Any], check: Check = unchecked
) -> ReportSchedule:
    """Change fields by name. Raises NotFound, Invalid.

    A resumed one, or one with another kind, begins with the current period: the periods of a pause
    aren't made up.
    """
    with core.config.write() as session:
        row = queries.find(session, actor, schedule_id)
        check(row)
        _check_filters(session, actor, changes.get("filters", {}))
        begins = changes.get("kind", row.kind) != row.kind
        begins = begins or (bool(changes.get("active")) and not row.active)
        for name, value in changes.items():
            setattr(row, name, value)
        if begins:
            today = local_date(core.settings.zone, core.clock.now_ms())
            row.next_first = period_of(row.kind, today).first
        session.flush()
        _note(core, session, actor, row, "change")
    return row


def remove(core: Core, actor: Actor, schedule_id: str, check: Check = unchecked) -> None:
    """Delete a schedule without any report. Raises NotFound, Conflict."""
    with core.config.write() as session:
        row = queries.find(session, actor, schedule_id)
        check(row)
        if queries.count(session, queries.files_of(row)):
            raise Conflict(wording.HAS_FILES, code="in_use")
        _note(core, session, actor, row, "delete")
        session.delete(row)


def retry(core: Core, actor: Actor, schedule_id: str, file_id: str) -> ReportFile:
    """Have a report made after all that wasn't. Raises NotFound, Conflict."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = queries.find_file(session, actor, schedule_id, file_id)
        if row.state not in ("failed", "refused"):
            raise Conflict(wording.NOT_FAILED)
        row.state, row.reason_zh, row.reason_en = "waiting", None, None
        record(session, now_ms, actor.user_id, "report_file.retry", file_id)
        enqueue(session, "make_report", row.id, now_ms)
    wake(core)
    return row


def content_of(
    core: Core, actor: Actor, schedule_id: str, file_id: str
) -> tuple[ReportFile, bytes]:
    """A file of a schedule. Raises NotFound, also if its contents are out of scope by now."""
    with core.config.read() as session:
        row = queries.find_file(session, actor, schedule_id, file_id)
        if row.state != "made" or row.digest is None:
            raise Conflict(wording.NOT_MADE, code="not_made")
        if not queries.covers(session, actor, row.scope):
            raise NotFound
    store = store_of(core)
    try:
        return row, store.part(row.digest, 0, store.size(row.digest))
    except KeyError as error:
        raise NotFound from error


def _check_filters(session: Session, actor: Actor, filters: Mapping[str, str]) -> None:
    """Refuse filters outside the scope, as the report would. Raises NotFound, Invalid."""
    for name, value in filters.items():
        if name in FINDERS:
            FINDERS[name](session, actor, value)
    if "campaign_id" in filters:
        number("campaign", filters["campaign_id"])
    if filters.get("venue_kind", "bank") not in KINDS:
        raise Invalid.at("/filters/venue_kind", wording.UNKNOWN_KIND)


def _note(core: Core, session: Session, actor: Actor, row: ReportSchedule, act: str) -> None:
    subject = public("report_schedule", row.id)
    details = {"kind": row.kind, "hour": row.hour, "group_by": row.group_by, "active": row.active}
    record(
        session, core.clock.now_ms(), actor.user_id, f"report_schedule.{act}", subject,
        filters=row.filters, **details,
    )  # fmt: skip
