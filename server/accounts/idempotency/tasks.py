"""Periodic jobs."""

from server.accounts.idempotency import service
from server.foundation.core import Core
from server.foundation.jobs.models import Job


def forget_answers(core: Core, _job: Job) -> None:
    """Delete answers to keyed POSTs after a day."""
    service.forget_old(core)
