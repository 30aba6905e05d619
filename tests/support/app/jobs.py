"""Runs background jobs inside a test, by the worker's own code."""

from server.foundation.core import Core
from server.foundation.jobs.runner import run_ready
from server.operations.jobs_process.timetable import KINDS


def run_jobs(core: Core) -> int:
    """Do all jobs that are due, and return how many were run."""
    return len(run_ready(core, KINDS))
