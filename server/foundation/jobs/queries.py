"""Progress of jobs by the objects that they work on."""

from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.foundation.jobs.models import Job


def progress_of(session: Session, kind: str, refs: Iterable[int | str]) -> dict[str, float]:
    """Progress (0 to 1) of the newest job of a kind for each reference with one."""
    wanted = [str(ref) for ref in refs]
    query = select(Job.ref, Job.progress).where(Job.kind == kind, Job.ref.in_(wanted))
    return {row.ref: row.progress for row in session.execute(query.order_by(Job.id))}


def is_under_way(session: Session, kind: str) -> bool:
    """Whether a job of a kind waits or runs."""
    query = select(exists().where(Job.kind == kind, Job.state.in_(("queued", "running"))))
    return bool(session.scalar(query))
