"""The jobs of notifications."""

from typing import Final

from sqlalchemy import delete

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.monitoring.notifications import (
    audit_alarm,
    sender,
)
from server.monitoring.notifications.models import Message

KEPT_MS: Final = 180 * 24 * 3_600_000


def send_message(core: Core, job: Job) -> None:
    """Attempt to send one message; schedules a retry if it fails."""
    sender.send(core, int(job.ref))


def verify_trail(core: Core, _job: Job) -> None:
    """Verify the audit trail's chain, and alarm the district's duty targets if it is broken."""
    audit_alarm.check_trail(core)


def verify_plays(core: Core, _job: Job) -> None:
    """Verify all sealed days against the batches, and alarm likewise if they differ."""
    audit_alarm.check_plays(core)


def forget_messages(core: Core, _job: Job) -> None:
    """Delete messages created 180 days ago."""
    before_ms = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(delete(Message).where(Message.created_at < before_ms))
