"""Periodic jobs of the gateway."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.gateway.commands import command_log


def forget_commands(core: Core, _job: Job) -> None:
    """Delete commands and their pictures after 35 days."""
    command_log.forget_old(core)
