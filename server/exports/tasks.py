"""Background work of exports."""

from typing import Final

from server.core import Core
from server.exports import making, wording
from server.jobs.models import Job
from server.jobs.service import renew

PROGRESS_STEP: Final = 0.02


def make_export(core: Core, job: Job) -> None:
    """Make the file of an export, showing how far it is."""
    shown = 0.0

    def show(fraction: float) -> None:
        nonlocal shown
        if fraction - shown < PROGRESS_STEP:
            return
        shown = fraction
        if not making.is_wanted(core, int(job.ref)):
            raise making.Dropped
        renew(core, job, fraction)

    making.make(core, int(job.ref), show)


def give_up_export(core: Core, job: Job) -> None:
    """Making it broke off for the last time."""
    making.fail(core, int(job.ref), wording.GAVE_UP)


def clear_exports(core: Core, _job: Job) -> None:
    """Delete files that were made days ago."""
    making.clear(core)
