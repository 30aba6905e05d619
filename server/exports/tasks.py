"""Background work of exports."""

from server.core import Core
from server.exports import making, wording
from server.exports.models import EXPORTS
from server.jobs.models import Job


def make_export(core: Core, job: Job) -> None:
    """Make the file of an export, showing how far it is."""
    making.make(core, int(job.ref), EXPORTS.progress(core, job))


def give_up_export(core: Core, job: Job) -> None:
    """Making it broke off for the last time."""
    EXPORTS.fail(core, int(job.ref), wording.GAVE_UP)


def clear_exports(core: Core, _job: Job) -> None:
    """Delete files that were made days ago."""
    EXPORTS.clear(core)
