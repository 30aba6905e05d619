"""What the databases say of the work that waits and of what is wrong."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from server.core import Core
from server.db.session import Database
from server.errors import Busy
from server.incidents.models import Incident
from server.jobs.models import Job
from server.screens.models import Screen

UNDONE: Final = ("queued", "running", "failed")


@dataclass(frozen=True)
class Waiting:
    """Bound screens, jobs by state, for how long the oldest that is due has waited in seconds, when
    the newest was put in (ms; 0 for none), and open incidents by code."""

    screens: int
    jobs: dict[str, int]
    late_s: float
    newest_job_ms: int
    incidents: dict[str, int]


def waiting(core: Core) -> Waiting:
    """Read all of it. Raises SQLAlchemyError or Busy while the database is away."""
    now_ms = core.clock.now_ms()
    bound = select(func.count(Screen.id)).where(
        Screen.enrolled_at.is_not(None), Screen.retired_at.is_(None)
    )
    undone = select(Job.state, func.count(Job.id)).where(Job.state.in_(UNDONE)).group_by(Job.state)
    oldest = select(func.min(Job.due_at)).where(Job.state == "queued", Job.due_at <= now_ms)
    newest = select(func.max(Job.created_at)).where(
        Job.id == select(func.max(Job.id)).scalar_subquery()
    )
    opened = (
        select(Incident.code, func.count(Incident.id))
        .where(Incident.open_key.is_not(None))
        .group_by(Incident.code)
    )
    with core.config.read() as session:
        due_ms = session.scalar(oldest)
        return Waiting(
            screens=session.scalar(bound) or 0,
            jobs=dict.fromkeys(UNDONE, 0) | {row[0]: row[1] for row in session.execute(undone)},
            late_s=0.0 if due_ms is None else (now_ms - due_ms) / 1000,
            newest_job_ms=session.scalar(newest) or 0,
            incidents={row[0]: row[1] for row in session.execute(opened)},
        )


def answers(database: Database) -> bool:
    """Whether a database can be read now."""
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
    except (SQLAlchemyError, Busy):
        return False
    return True
