"""Scheduled jobs of spot checks."""

from server.foundation.core import Core
from server.foundation.jobs.models import Job
from server.reporting.spot_checks import plan
from server.reporting.spot_checks import retention as keeping


def measure_spot_checks(core: Core, _job: Job) -> None:
    """Work out each hour how much screen-time today has, by which draws are spread."""
    plan.measure(core)


def forget_spot_pictures(core: Core, _job: Job) -> None:
    """Delete pictures that were kept for as long as is set; the checks themselves stay."""
    keeping.forget_pictures(core)
