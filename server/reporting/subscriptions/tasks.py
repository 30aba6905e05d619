"""Background work of scheduled reports."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.playlog.ingest.runtime import parts_of_job
from server.reporting.subscriptions import builder as making
from server.reporting.subscriptions import labels as wording


def order_reports(core: Core, _job: Job) -> None:
    """Order the due reports."""
    making.order_due(core)


def make_report(core: Core, job: Job) -> None:
    """Make the file of one period."""
    with parts_of_job(core) as parts:
        making.make(core, parts, int(job.ref))


def give_up_report(core: Core, job: Job) -> None:
    """Making it broke off for the last time."""
    making.settle(core, int(job.ref), "failed", wording.GAVE_UP)


def forget_report_files(core: Core, _job: Job) -> None:
    """Delete reports that are older than they are kept."""
    making.forget_old(core)
