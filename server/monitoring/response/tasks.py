"""The jobs of incidents."""

from typing import Final

from sqlalchemy import delete

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.monitoring.detection import detector as rounds
from server.monitoring.incidents.models import Incident

KEPT_MS: Final = 400 * 24 * 3_600_000


def watch_incidents(core: Core, _job: Job) -> None:
    """Detect begin and end of incidents and alert targets, twice a minute."""
    rounds.run_detection(core)


def forget_incidents(core: Core, _job: Job) -> None:
    """Delete incidents that ended 400 days ago, with their alerts."""
    before_ms = core.clock.now_ms() - KEPT_MS
    with core.config.write() as session:
        session.execute(
            delete(Incident).where(Incident.state == "closed", Incident.closed_at < before_ms)
        )
