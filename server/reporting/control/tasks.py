"""Work of reports that comes round by the clock, or when a campaign is signed off."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.playlog.ingest.runtime import parts_of_job
from server.reporting.control import floor_check, pacing
from server.reporting.control.subscribers import SIGNED


def pace_totals(core: Core, job: Job) -> None:
    """Recompute the pace of all totals, or of those just signed off."""
    with parts_of_job(core) as parts:
        pacing.pace_totals(core, parts, new_only=job.ref == SIGNED)


def watch_floors(core: Core, _job: Job) -> None:
    """Once an hour: which screens are online and below a campaign's floor, which no longer."""
    with parts_of_job(core) as parts:
        floor_check.check_floors(core, parts)
