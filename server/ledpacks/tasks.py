"""Background work of packs for LED controllers."""

from typing import Final

from server.core import Core
from server.jobs.models import Job
from server.jobs.service import renew
from server.ledpacks import making, wording

PROGRESS_STEP: Final = 0.02


def make_led_pack(core: Core, job: Job) -> None:
    """Make the zip of a pack, showing how far it is."""
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


def give_up_led_pack(core: Core, job: Job) -> None:
    """Making it broke off for the last time."""
    making.fail(core, int(job.ref), wording.GAVE_UP)


def clear_led_packs(core: Core, _job: Job) -> None:
    """Delete packs that were made days ago."""
    making.clear(core)
