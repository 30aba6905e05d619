"""The jobs of incidents."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.monitoring.detection import detector as rounds
from server.monitoring.incidents import retention as keeping


def watch_incidents(core: Core, _job: Job) -> None:
    """Detect begin and end of incidents and alert targets, twice a minute."""
    rounds.run_detection(core)


def forget_incidents(core: Core, _job: Job) -> None:
    """Delete incidents that ended long ago."""
    keeping.forget_old(core)
