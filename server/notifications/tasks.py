"""The jobs of notifications."""

from server.core import Core
from server.jobs.models import Job
from server.notifications import keeping, sending


def send_message(core: Core, job: Job) -> None:
    """Try to send one message; what doesn't arrive is put in again for later."""
    sending.send(core, int(job.ref))


def forget_messages(core: Core, _job: Job) -> None:
    """Delete the messages of long ago."""
    keeping.forget_old(core)
