"""Jobs as rows: enqueue, lease to one worker at a time, finish, retry, give up.

The row is authoritative. A worker holds it by a lease that it renews; if the worker is killed the
lease expires and the job is queued again. `attempts` fences off a late worker.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from server.foundation.core import Core
from server.foundation.jobs.kinds import Kinds, heavy_kinds
from server.foundation.jobs.models import Job, JobCount
from server.foundation.jobs.wakeup import wake_worker

LEASE_MS = 20_000
MOST_ATTEMPTS = 3
MOST_HEAVY = 2
RETRY_AFTER_MS = 2_000
KEPT_MS = 3 * 24 * 3_600_000
LONGEST_ERROR = 500


class LeaseLost(Exception):
    """Another worker has leased the job: stop, and change nothing more."""


def enqueue(session: Session, kind: str, ref: int | str, now_ms: int, delay_ms: int = 0) -> int:
    """Enqueue a job in the transaction that needs it; returns its number.

    A queued one of the same kind and reference is reused.
    """
    waiting = select(Job.id).where(Job.kind == kind, Job.ref == str(ref), Job.state == "queued")
    found = session.scalar(waiting.limit(1))
    if found is not None:
        return found
    job = Job(kind=kind, ref=str(ref), state="queued", created_at=now_ms, due_at=now_ms + delay_ms)
    session.add(job)
    session.flush()
    return job.id


def wake(core: Core, only: Collection[str] | None = None) -> None:
    """Wake a worker for due jobs, maybe of some kinds; call it after commit.

    Only a hint: a lost one delays the job until the worker polls, some seconds later.
    """
    due = and_(Job.state == "queued", Job.due_at <= core.clock.now_ms())
    with core.config.read() as session:
        newest = session.scalar(select(func.max(Job.id)).where(due, _of(only)))
    if newest is not None:
        wake_worker(core.settings.data, newest)


def lease_next(core: Core, kinds: Kinds, *, only: Collection[str] | None = None) -> Job | None:
    """Lease the next job, by the ranks of their kinds; None without any.

    At most two heavy jobs run at a time, and never two for the same object. Raises StorageFull.
    """
    now = core.clock.now_ms()
    ready = and_(_ready(now), _of(only))
    with core.config.read() as session:
        if _next(session, kinds, ready, now) is None:
            return None
    with core.config.write() as session:
        job = _next(session, kinds, ready, now)
        if job is not None:
            job.state, job.attempts, job.progress = "running", job.attempts + 1, 0.0
            job.lease_until = now + LEASE_MS
        return job


def _next(session: Session, kinds: Kinds, ready: ColumnElement[bool], now_ms: int) -> Job | None:
    query, heavy = select(Job).where(ready), heavy_kinds(kinds)
    if _running_heavy(session, heavy, now_ms) >= MOST_HEAVY:
        query = query.where(Job.kind.not_in(heavy))
    rank = case({name: kind.rank for name, kind in kinds.items()}, value=Job.kind, else_=0)
    return session.scalar(query.order_by(rank, Job.due_at, Job.id).limit(1))


def _of(kinds: Collection[str] | None) -> ColumnElement[bool]:
    return true() if kinds is None else Job.kind.in_(kinds)


def _ready(now_ms: int) -> ColumnElement[bool]:
    other = aliased(Job)
    same_runs = exists().where(
        other.state == "running", other.kind == Job.kind, other.ref == Job.ref
    )
    return and_(Job.state == "queued", Job.due_at <= now_ms, ~same_runs)


def _running_heavy(session: Session, heavy: Collection[str], now_ms: int) -> int:
    alive = and_(Job.state == "running", Job.lease_until > now_ms, Job.kind.in_(heavy))
    return session.scalar(select(func.count()).select_from(Job).where(alive)) or 0


def renew(core: Core, job: Job, progress: float | None = None) -> None:
    """Extend the lease, optionally with progress (0 to 1). Raises LeaseLost."""
    with core.config.write() as session:
        row = _held(session, job)
        if row is None:
            raise LeaseLost
        row.lease_until = core.clock.now_ms() + LEASE_MS
        if progress is not None:
            row.progress = progress


def finish(core: Core, job: Job) -> None:
    """Mark the job as done."""
    with core.config.write() as session:
        row = _held(session, job)
        if row is not None:
            row.state, row.progress, row.error, row.lease_until = "done", 1.0, None, None
            row.finished_at = core.clock.now_ms()
            _count(session, row, "done", core.clock.now_ms())


def fail(core: Core, job: Job, error: str) -> None:
    """The job failed: schedule a retry, or mark it as failed after the last attempt."""
    with core.config.write() as session:
        row = _held(session, job)
        if row is not None:
            _try_again_or_fail(row, error, core.clock.now_ms())
            outcome = "failed" if row.state == "failed" else "retried"
            _count(session, row, outcome, core.clock.now_ms())


def release(core: Core, job: Job) -> None:
    """Requeue a job that was shut down in order; it doesn't count as an attempt."""
    with core.config.write() as session:
        row = _held(session, job)
        if row is not None:
            row.state, row.lease_until, row.attempts = "queued", None, row.attempts - 1


def lost(core: Core) -> list[Job]:
    """Running jobs whose lease has expired."""
    now = core.clock.now_ms()
    with core.config.read() as session:
        query = select(Job).where(Job.state == "running", Job.lease_until < now)
        return list(session.scalars(query))


def forget_old(core: Core) -> None:
    """Delete the rows of jobs that ended three days ago."""
    before = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(delete(Job).where(Job.finished_at < before))


def _held(session: Session, job: Job) -> Job | None:
    """The row, if this run still owns it."""
    mine = and_(Job.id == job.id, Job.state == "running", Job.attempts == job.attempts)
    return session.scalar(select(Job).where(mine))


def _try_again_or_fail(row: Job, error: str, now_ms: int) -> None:
    row.lease_until, row.error = None, error[:LONGEST_ERROR]
    if is_last_attempt(row):
        row.state, row.finished_at = "failed", now_ms
    else:
        row.state, row.due_at = "queued", now_ms + RETRY_AFTER_MS * row.attempts


def _count(session: Session, job: Job, outcome: str, now_ms: int) -> None:
    """Count an outcome, within the exclusive transaction."""
    row = session.get(JobCount, (job.kind, outcome))
    if row is None:
        session.add(JobCount(kind=job.kind, outcome=outcome, ended=1, last_at=now_ms))
    else:
        row.ended, row.last_at = row.ended + 1, now_ms


def is_last_attempt(job: Job) -> bool:
    """Whether the current attempt is the last one."""
    return job.attempts >= MOST_ATTEMPTS
