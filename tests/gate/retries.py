"""Runs files of browser tests that failed once more: once, alone, after everything else."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.gate.results import Failure, Results
from tests.gate.running import Outcome, run_command
from tests.gate.stages import PYTEST, Command

LONGEST_S: Final = 900


@dataclass(frozen=True)
class Retried:
    """The remaining failures, and the flaky ones."""

    failures: tuple[Failure, ...]
    flaky: tuple[Failure, ...]

    @property
    def flaky_files(self) -> int:
        """How many files passed only when run again."""
        return len({failure.file for failure in self.flaky})


def retry(outcomes: Sequence[Outcome], folder: Path) -> Retried:
    """Run what may be run once more; everything else stays failed."""
    final: list[Failure] = []
    flaky: list[Failure] = []
    for outcome in outcomes:
        stays, again = sort_out(outcome)
        final += stays
        for file, failures in again.items():
            left = _run_again(file, outcome.stage.retried or "", folder)
            final += left.failures
            flaky += [] if left.failures else failures
    return Retried(tuple(final), tuple(flaky))


def sort_out(outcome: Outcome) -> tuple[list[Failure], dict[str, list[Failure]]]:
    """Final failures of a stage, and files to retry with their failures.

    A file in which one failure is a defect isn't retried, nor is a failure without a file.
    """
    final: list[Failure] = []
    again: dict[str, list[Failure]] = {}
    for failure in outcome.results.failures:
        if outcome.stage.retried and failure.file:
            again.setdefault(failure.file, []).append(failure)
        else:
            final.append(failure)
    for file in [file for file, found in again.items() if any(one.is_defect for one in found)]:
        final += again.pop(file)
    return final, again


def _run_again(file: str, marks: str, folder: Path) -> Results:
    command = Command(f"again-{Path(file).name}", _words(file, marks))
    return run_command(command, folder, time.monotonic() + LONGEST_S)


def _words(file: str, marks: str) -> Sequence[str]:
    if file.endswith(".js"):
        return ("node", "--test", "--test-timeout=900000", file)
    return (*PYTEST, "-m", marks, file)
