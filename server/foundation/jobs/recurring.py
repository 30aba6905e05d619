"""Recurring jobs: each scheduled time has a name, and each name is enqueued once.

The name of the latest time is computed from now, so a time missed during downtime is caught up on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue


@dataclass(frozen=True)
class Daily:
    """Once a day at a time of the district's clock; named by date."""

    kind: str
    hour: int
    minute: int

    def latest(self, now: datetime) -> str:
        """Today's date, or yesterday's before the time."""
        return (now - timedelta(hours=self.hour, minutes=self.minute)).date().isoformat()


@dataclass(frozen=True)
class Every:
    """Every so many minutes of the hour (a divisor of 60); named by date, hour and minute."""

    kind: str
    minutes: int

    def latest(self, now: datetime) -> str:
        """The time rounded down."""
        return now.replace(minute=now.minute - now.minute % self.minutes).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Hourly:
    """Once an hour, so many minutes past; named by date and hour."""

    kind: str
    minute: int

    def latest(self, now: datetime) -> str:
        """This hour, or the previous one before its minute."""
        return (now - timedelta(minutes=self.minute)).strftime("%Y-%m-%dT%H")


@dataclass(frozen=True)
class EveryFew:
    """Every so many seconds of the minute (a divisor of 60); named by date and time."""

    kind: str
    seconds: int

    def latest(self, now: datetime) -> str:
        """The time rounded down."""
        return now.replace(second=now.second - now.second % self.seconds).strftime("%FT%T")


Periodic = Daily | Every | Hourly | EveryFew
"""A line of the timetable; `latest` names its last time at or before `now` (the district's)."""


@dataclass
class Calendar:
    """Enqueues due jobs; caches the names that exist, until the clock is set back."""

    lines: Sequence[Periodic]
    zone: tzinfo
    seen: dict[str, str] = field(default_factory=dict)
    seen_at_ms: int = 0

    def put_in_due(self, core: Core) -> bool:
        """Enqueue due jobs. True if there was any."""
        now_ms = core.clock.now_ms()
        if now_ms < self.seen_at_ms:
            self.seen.clear()
        self.seen_at_ms = now_ms
        now = datetime.fromtimestamp(now_ms / 1000, self.zone)
        latest = {line.kind: line.latest(now) for line in self.lines}
        fresh = {kind: ref for kind, ref in latest.items() if self.seen.get(kind) != ref}
        if not fresh:
            return False
        with core.config.write() as session:
            for kind, ref in fresh.items():
                existing = select(Job.id).where(Job.kind == kind, Job.ref == ref)
                # Jobs enqueued while the clock was ahead don't replace tonight's.
                existing = existing.where(Job.created_at <= now_ms).limit(1)
                if session.scalar(existing) is None:
                    enqueue(session, kind, ref, now_ms)
        self.seen |= fresh
        return True
