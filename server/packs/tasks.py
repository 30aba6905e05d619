"""The background work of assessment packs."""

from server.core import Core
from server.jobs.models import Job
from server.packs import service
from server.playback.parts import parts_of_job


def make_pack(core: Core, job: Job) -> None:
    """Make the pack that somebody asked for."""
    # What draws papers takes a tenth of a server's start, and no server that answers draws any.
    from server.packs.making import make

    with parts_of_job(core) as parts:
        make(core, parts, int(job.ref))


def give_up_pack(core: Core, job: Job) -> None:
    """Say on the pack that it couldn't be made."""
    service.give_up(core, int(job.ref))
