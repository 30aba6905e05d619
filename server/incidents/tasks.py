"""The jobs of incidents."""

from server.core import Core
from server.incidents import keeping, rounds
from server.jobs.models import Job


def watch_incidents(core: Core, _job: Job) -> None:
    """Twice a minute: what begins, what is over, who is told."""
    rounds.look(core)


def forget_incidents(core: Core, _job: Job) -> None:
    """Delete incidents that ended long ago."""
    keeping.forget_old(core)
