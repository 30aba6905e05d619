"""The list of browser tests that failed once and passed when run again: `tests/flaky.md`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

LIST: Final = Path(__file__).parents[1] / "flaky.md"
PATIENCE: Final = timedelta(days=14)
"""How long a test may be in the list without a cure."""
MOST_FILES: Final = 2
"""How many files may be flaky in one run: more isn't chance."""


@dataclass(frozen=True)
class Flake:
    """A row of the list."""

    test: str
    first_seen: date
    cause: str
    cure: str

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been cured by now."""
        return not self.cure and today - self.first_seen > PATIENCE


def listed(text: str) -> list[Flake]:
    """The rows of the table: test, first seen, cause, cure."""
    rows = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in (*row, "", "")[:4]] for row in rows]
    return [Flake(a.strip("`"), date.fromisoformat(b), c, d) for a, b, c, d in cells]


def with_new(text: str, tests: Sequence[str], today: date) -> str:
    """The text with a row for each test that isn't listed, or whose cure didn't hold."""
    open_ones = {flake.test for flake in listed(text) if not flake.cure}
    rows = [f"| `{test}` | {today.isoformat()} | | |\n" for test in tests if test not in open_ones]
    return text + "".join(rows)


def complaints(flakes: Sequence[Flake], flaky_files: int, today: date) -> list[str]:
    """Why the run is red although each flaky test passed in the end."""
    overdue = [
        f"{flake.test} is in tests/flaky.md since {flake.first_seen} without a cure"
        for flake in flakes
        if flake.is_overdue(today)
    ]
    many = [f"{flaky_files} files were flaky in one run, more than {MOST_FILES}"]
    return overdue + (many if flaky_files > MOST_FILES else [])
