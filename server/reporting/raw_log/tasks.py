"""Background work of exports."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.reporting.raw_log import builder as making
from server.reporting.raw_log import labels as wording
from server.reporting.raw_log.models import EXPORTS


def make_export(core: Core, job: Job) -> None:
    """Make the file of an export, showing how far it is."""
    making.make(core, int(job.ref), EXPORTS.progress(core, job))


def give_up_export(core: Core, job: Job) -> None:
    """Making it broke off for the last time."""
    EXPORTS.fail(core, int(job.ref), wording.GAVE_UP)


def clear_exports(core: Core, _job: Job) -> None:
    """Delete files that were made days ago."""
    EXPORTS.clear(core)
