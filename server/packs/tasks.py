"""The background work of assessment packs."""

from server.core import Core
from server.jobs.models import Job
from server.packs import making, service
from server.playback.parts import parts_of_job


def make_pack(core: Core, job: Job) -> None:
    """Make the pack that somebody asked for."""
    with parts_of_job(core) as parts:
        making.make(core, parts, int(job.ref))


def give_up_pack(core: Core, job: Job) -> None:
    """Say on the pack that it couldn't be made."""
    service.give_up(core, int(job.ref))
