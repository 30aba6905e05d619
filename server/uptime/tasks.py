"""Background work on figures of uptime; each is harmless twice and writes in short transactions."""

from server.core import Core
from server.jobs.models import Job
from server.playback.parts import parts_of_job
from server.uptime import upkeep


def keep_uptime(core: Core, _job: Job) -> None:
    """Close days that are over, fold anew what changed, and refresh today's figures."""
    with parts_of_job(core) as parts:
        upkeep.keep(core, parts)


def sweep_uptime(core: Core, _job: Job) -> None:
    """Fold all days anew that may still change."""
    with parts_of_job(core) as parts:
        upkeep.sweep(core, parts)
