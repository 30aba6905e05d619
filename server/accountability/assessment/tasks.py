"""The background work of assessment packs."""

from server.accountability.assessment import service
from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.playlog.ingest.runtime import parts_of_job


def make_pack(core: Core, job: Job) -> None:
    """Make a requested pack."""
    # What draws papers takes a tenth of a server's start, and no server that answers draws any.
    from server.accountability.assessment.builder import make

    with parts_of_job(core) as parts:
        make(core, parts, int(job.ref))


def give_up_pack(core: Core, job: Job) -> None:
    """Mark the pack of a job as failed."""
    service.give_up(core, int(job.ref))
