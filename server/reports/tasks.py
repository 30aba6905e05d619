"""Work of reports that comes round by the clock, or when a campaign is signed off."""

from server.core import Core
from server.jobs.models import Job
from server.playback.parts import parts_of_job
from server.reports import floor_rounds, pacing
from server.reports.listening import SIGNED


def pace_totals(core: Core, job: Job) -> None:
    """Take up anew the pace of all totals, or of those just signed off."""
    with parts_of_job(core) as parts:
        pacing.pace_totals(core, parts, new_only=job.ref == SIGNED)


def watch_floors(core: Core, _job: Job) -> None:
    """Once an hour: which screens are online and below a campaign's floor, which no longer."""
    with parts_of_job(core) as parts:
        floor_rounds.look(core, parts)
