"""Prints a run: each failure with its text, each flaky test, a table of the stages, the counts."""

from collections.abc import Sequence

from tests.gate.results import Failure
from tests.gate.retries import Retried
from tests.gate.running import Outcome

HEAD = ("stage", "passed", "failed", "skipped", "seconds", "budget", "load")


def print_failures(failures: Sequence[Failure]) -> None:
    """Each whole, so that one run shows all failures."""
    for failure in failures:
        print(f"\n=== FAILED {failure.name}\n{failure.printed}", flush=True)


def print_flaky(retried: Retried, load: float) -> None:
    """A line each."""
    for failure in retried.flaky:
        print(f"FLAKY {failure.name}, {failure.first_line}, load {load:.1f}", flush=True)


def print_table(outcomes: Sequence[Outcome]) -> None:
    """What each stage ran, failed, took and was allowed."""
    rows = [HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    print()
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells), flush=True)


def _row(outcome: Outcome) -> tuple[str, ...]:
    results = outcome.results
    counts = (results.passed, len(results.failures), results.skipped)
    times = (f"{outcome.seconds:.0f}", str(outcome.stage.budget_s), f"{outcome.load:.1f}")
    return (outcome.stage.name, *map(str, counts), *times)


def closing_line(outcomes: Sequence[Outcome], retried: Retried) -> str:
    """`gate: N passed, N failed, N skipped`: what passed only when run again counts as passed."""
    passed = sum(outcome.results.passed for outcome in outcomes) + len(retried.flaky)
    skipped = sum(outcome.results.skipped for outcome in outcomes)
    return f"gate: {passed} passed, {len(retried.failures)} failed, {skipped} skipped"
