"""What comes round by the clock for live contact."""

from server.core import Core
from server.jobs.models import Job
from server.realtime import sent


def forget_commands(core: Core, _job: Job) -> None:
    """Delete commands and their pictures after 35 days."""
    sent.forget_old(core)
