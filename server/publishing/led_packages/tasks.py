"""Background work of packs for LED controllers."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.publishing.led_packages import builder as making
from server.publishing.led_packages import labels as wording
from server.publishing.led_packages.models import PACKS


def make_led_pack(core: Core, job: Job) -> None:
    """Make the zip of a pack, showing how far it is."""
    making.make(core, int(job.ref), PACKS.progress(core, job))


def give_up_led_pack(core: Core, job: Job) -> None:
    """Making it broke off for the last time."""
    PACKS.fail(core, int(job.ref), wording.GAVE_UP)


def clear_led_packs(core: Core, _job: Job) -> None:
    """Delete packs that were made days ago."""
    PACKS.clear(core)
