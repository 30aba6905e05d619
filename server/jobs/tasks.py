"""The jobs that look after the jobs themselves."""

from server.core import Core
from server.jobs import service
from server.jobs.models import Job


def forget_jobs(core: Core, _job: Job) -> None:
    """Delete the rows of jobs that ended long ago."""
    service.forget_old(core)
