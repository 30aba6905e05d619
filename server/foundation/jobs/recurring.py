"""Recurring jobs: each scheduled time has a name, and each name is enqueued once.

The name of the latest time is computed from now, so a time missed during downtime is caught up on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue


class Periodic(Protocol):
    """One line of the timetable."""

    @property
    def kind(self) -> str:
        """The kind of the job."""

    def latest(self, now: datetime) -> str:
        """The name of the last scheduled time at or before `now` (in the district's zone)."""


@dataclass(frozen=True)
class Daily:
    """Once a day at a time of the district's clock; named by date."""

    kind: str
    hour: int
    minute: int

    def latest(self, now: datetime) -> str:
        """Today's date, or yesterday's before the time."""
        passed = (now.hour, now.minute) >= (self.hour, self.minute)
        return (now if passed else now - timedelta(days=1)).date().isoformat()


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
        hour = now if now.minute >= self.minute else now - timedelta(hours=1)
        return hour.strftime("%Y-%m-%dT%H")


@dataclass(frozen=True)
class EveryFew:
    """Every so many seconds of the minute (a divisor of 60); named by date and time."""

    kind: str
    seconds: int

    def latest(self, now: datetime) -> str:
        """The time rounded down."""
        return now.replace(second=now.second - now.second % self.seconds).strftime("%FT%T")


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
                known = select(Job.id).where(Job.kind == kind, Job.ref == ref)
                # Jobs enqueued while the clock was ahead don't replace tonight's.
                known = known.where(Job.created_at <= now_ms).limit(1)
                if session.scalar(known) is None:
                    enqueue(session, kind, ref, now_ms)
        self.seen |= fresh
        return True
