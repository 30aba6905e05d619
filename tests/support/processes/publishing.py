"""A process that does the jobs that are due in a data folder, and ends: `-m` this module."""

from server.app import build_core
from server.foundation.config import read_settings
from server.foundation.jobs.runner import run_ready
from server.operations.jobs_process.timetable import KINDS

if __name__ == "__main__":
    run_ready(build_core(read_settings()), KINDS)
