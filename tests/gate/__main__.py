"""`python -m tests.gate [gate|long|soak] [--only STAGE ...]`: exit status 0 if nothing failed."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.gate import flaky
from tests.gate.report import closing_line, print_failures, print_flaky, print_table
from tests.gate.retries import Retried, retry
from tests.gate.running import Outcome, run_stage
from tests.gate.soak import soak
from tests.gate.stages import ROOT, Stage, gate, long

SIZES: Final[dict[str, Callable[[], list[Stage]]]] = {
    "gate": gate,
    "long": long,
    "soak": soak,
}
FOLDER: Final = ROOT / ".gate"


def main() -> int:
    """Run the chosen stages."""
    FOLDER.mkdir(exist_ok=True)
    return run_all(_chosen(), FOLDER, flaky.LIST)


def run_all(stages: Sequence[Stage], folder: Path, flaky_list: Path) -> int:
    """Run the stages one after the other, each to its end, then print everything together.

    Results and output of each command go into `folder`. Answers the exit status.
    """
    outcomes = [_run(stage, folder) for stage in stages]
    retried = retry(outcomes, folder)
    complaints = _write_down(retried, flaky_list)
    print_failures(retried.failures)
    print_flaky(retried, max(outcome.load for outcome in outcomes))
    print_table(outcomes)
    print("\n".join(complaints))
    print(closing_line(outcomes, retried), flush=True)
    return 1 if retried.failures or complaints else 0


def _chosen() -> Sequence[Stage]:
    parser = argparse.ArgumentParser(prog="python -m tests.gate", description=__doc__)
    parser.add_argument("size", nargs="?", choices=sorted(SIZES), default="gate")
    parser.add_argument("--only", nargs="+", metavar="STAGE", help="these stages alone")
    asked = parser.parse_args()
    stages = SIZES[asked.size]()
    unknown = set(asked.only or ()) - {stage.name for stage in stages}
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    return [stage for stage in stages if not asked.only or stage.name in asked.only]


def _run(stage: Stage, folder: Path) -> Outcome:
    print(f"--- {stage.name} (budget {stage.budget_s} s)", flush=True)
    outcome = run_stage(stage, folder)
    results = outcome.results
    print(
        f"    {results.passed} passed, {len(results.failures)} failed, {outcome.seconds:.0f} s",
        flush=True,
    )
    return outcome


def _write_down(retried: Retried, flaky_list: Path) -> list[str]:
    """Add flaky tests to the list; returns why the run is red all the same."""
    today = datetime.now(UTC).date()
    tests = list(dict.fromkeys(failure.name for failure in retried.flaky))
    text = flaky.with_new(flaky_list.read_text(encoding="utf-8"), tests, today)
    flaky_list.write_text(text, encoding="utf-8")
    return flaky.complaints(flaky.listed(text), retried.flaky_files, today)


if __name__ == "__main__":
    sys.exit(main())
