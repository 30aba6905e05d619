"""Figures from the databases: waiting work, and open problems."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, func, select

from server.foundation.core import Core
from server.foundation.jobs.models import Job, JobCount
from server.inventory.screens.models import Screen, ScreenPause
from server.monitoring.incidents.models import Incident

UNDONE: Final = ("queued", "running", "failed")
FOLDS_PLAYS: Final = "keep_plays"
AS_OF: Final = "SELECT value FROM uptime_marks WHERE name = 'as_of'"


@dataclass(frozen=True)
class Ended:
    """The number of jobs of a kind that ended so, and the last time (ms)."""

    kind: str
    outcome: str
    ended: int
    last_at: int

    @property
    def is_folding(self) -> bool:
        """Whether such a job, done, brought the roll-ups of plays up to date."""
        return (self.kind, self.outcome) == (FOLDS_PLAYS, "done")


@dataclass(frozen=True)
class Screens:
    """Those that aren't retired: with a player, though maybe revoked; revoked; neither."""

    bound: int
    revoked: int
    never_seen: int
    in_service: int
    """Bound and not revoked."""


@dataclass(frozen=True)
class Waiting:
    """Screens, those of them that are paused (by number), jobs by state, for how long the oldest
    that is due has waited in seconds, when the newest was put in (ms; 0 for none), how jobs ended,
    and open incidents by code."""

    screens: Screens
    paused: Collection[int]
    jobs: dict[str, int]
    late_s: float
    newest_job_ms: int
    ended: list[Ended]
    incidents: dict[str, int]


def waiting(core: Core) -> Waiting:
    """Read all of it. Raises SQLAlchemyError or Busy while the database is away."""
    now_ms = core.clock.now_ms()
    serves = and_(Screen.enrolled_at.is_not(None), Screen.revoked_at.is_(None))
    neither = and_(Screen.enrolled_at.is_(None), Screen.revoked_at.is_(None))
    screens = select(
        func.count(Screen.enrolled_at),
        func.count(Screen.revoked_at),
        func.count().filter(neither),
        func.count().filter(serves),
    ).where(Screen.retired_at.is_(None))
    paused = (
        select(ScreenPause.screen_id)
        .join(Screen, ScreenPause.screen_id == Screen.id)
        .where(ScreenPause.from_at <= now_ms, ScreenPause.until_at > now_ms)
        .where(serves, Screen.retired_at.is_(None))
    )
    undone = select(Job.state, func.count(Job.id)).where(Job.state.in_(UNDONE)).group_by(Job.state)
    oldest = select(func.min(Job.due_at)).where(Job.state == "queued", Job.due_at <= now_ms)
    newest = select(func.max(Job.created_at)).where(
        Job.id == select(func.max(Job.id)).scalar_subquery()
    )
    ended = select(JobCount.kind, JobCount.outcome, JobCount.ended, JobCount.last_at)
    opened = (
        select(Incident.code, func.count(Incident.id))
        .where(Incident.open_key.is_not(None))
        .group_by(Incident.code)
    )
    with core.config.read() as session:
        due_ms = session.scalar(oldest)
        return Waiting(
            screens=Screens(*session.execute(screens).one()),
            paused=frozenset(session.scalars(paused)),
            jobs=dict.fromkeys(UNDONE, 0) | {row[0]: row[1] for row in session.execute(undone)},
            late_s=0.0 if due_ms is None else (now_ms - due_ms) / 1000,
            newest_job_ms=session.scalar(newest) or 0,
            ended=[Ended(*row) for row in session.execute(ended.order_by(JobCount.kind))],
            incidents={row[0]: row[1] for row in session.execute(opened)},
        )


def uptime_until_s(core: Core) -> int:
    """Until when figures of uptime hold, s since 1970; 0 if there are none. Raises as `waiting`."""
    row = core.plays.first(AS_OF)
    return int(row[0]) if row else 0
