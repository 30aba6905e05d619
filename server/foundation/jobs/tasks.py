"""Maintenance jobs of the queue itself."""

from server.foundation.core import Core
from server.foundation.jobs import service
from server.foundation.jobs.models import Job


def forget_jobs(core: Core, _job: Job) -> None:
    """Delete the rows of jobs that ended long ago."""
    service.forget_old(core)
