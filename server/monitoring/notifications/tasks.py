"""The jobs of notifications."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.monitoring.notifications import (
    audit_alarm,
    sender,
)
from server.monitoring.notifications import (
    retention as keeping,
)


def send_message(core: Core, job: Job) -> None:
    """Try to send one message; what doesn't arrive is put in again for later."""
    sender.send(core, int(job.ref))


def verify_trail(core: Core, _job: Job) -> None:
    """Hold the audit trail against its own chain, and tell the district's duty if it is broken."""
    audit_alarm.check_trail(core)


def verify_plays(core: Core, _job: Job) -> None:
    """Hold all sealed days against what was handed in on them, and tell the same if they differ."""
    audit_alarm.check_plays(core)


def forget_messages(core: Core, _job: Job) -> None:
    """Delete the messages of long ago."""
    keeping.forget_old(core)
