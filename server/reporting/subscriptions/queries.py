"""Reads of scheduled reports, each visible to its own person, and the person's scope."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.reporting.delivery import queries as reports
from server.reporting.subscriptions.models import ReportFile, ReportSchedule

READ = reports.READ


def mine(actor: Actor) -> Select[ReportSchedule]:
    """The person's own schedules."""
    return select(ReportSchedule).where(ReportSchedule.user_id == actor.user_id)


def find(session: Session, actor: Actor, text: str) -> ReportSchedule:
    """The person's own schedule behind a public id. Raises NotFound."""
    key = number("report_schedule", text)
    return existing(session.scalar(mine(actor).where(ReportSchedule.id == key)))


def files_of(schedule: ReportSchedule) -> Select[ReportFile]:
    """The files of a schedule."""
    return select(ReportFile).where(ReportFile.schedule_id == schedule.id)


def my_files(actor: Actor) -> Select[ReportFile]:
    """The files of all of the person's schedules."""
    own = mine(actor).with_only_columns(ReportSchedule.id)
    return select(ReportFile).where(ReportFile.schedule_id.in_(own))


def find_file(session: Session, actor: Actor, schedule: str, text: str) -> ReportFile:
    """A file of the person's own schedule. Raises NotFound."""
    key = number("report_file", text)
    query = files_of(find(session, actor, schedule)).where(ReportFile.id == key)
    return existing(session.scalar(query))


def count(session: Session, query: Select[Any]) -> int:
    """The number of rows of a query."""
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def scope_of(session: Session, actor: Actor) -> dict[str, list[int]]:
    """The person's scope of reports now, to be stored with a file."""
    venues = reports.venues_in_scope(session, actor)
    if venues is not None:
        return {"venues": sorted(venues)}
    return {"units": sorted(int(path.rstrip("/").rpartition("/")[2]) for path in actor.roots(READ))}


def covers(session: Session, actor: Actor, scope: dict[str, Any]) -> bool:
    """Whether the person sees now all that he saw when a file was made."""
    venues, units = scope.get("venues"), scope.get("units", ())
    if venues is not None:
        return set(venues) <= reports.visible_venues(session, actor)
    if reports.venues_in_scope(session, actor) is not None:
        return False
    seen = session.scalars(select(Unit.id).where(within(Unit.path, actor.roots(READ))))
    return set(units) <= set(seen)
