"""Reads what test runners wrote down of their tests (JUnit's XML)."""

import xml.etree.ElementTree as ET  # our own runners' files
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFECTS: Final = ("tests.support.defect.Defect", "DEFECT: ")
"""Marks of a failure that may not be retried: in Python, in JavaScript."""
LONGEST: Final = 8000
"""Characters of a failure that are printed."""


@dataclass(frozen=True)
class Failure:
    """A test that failed.

    `file` is relative to the root, or empty if the runner didn't report it.
    """

    file: str
    test: str
    text: str

    @property
    def name(self) -> str:
        """`file::test`."""
        return f"{self.file}::{self.test}"

    @property
    def is_defect(self) -> bool:
        """Whether it must not be run once more."""
        return any(mark in self.text for mark in DEFECTS)

    @property
    def printed(self) -> str:
        """What went wrong, and of a long text its end, where the logs are."""
        if len(self.text) <= LONGEST:
            return self.text
        return f"{self.first_line}\n...\n{self.text[-LONGEST:]}"

    @property
    def first_line(self) -> str:
        """What went wrong, in a line."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        errors = [line[1:].strip() for line in lines if line.startswith("E ")]
        return (errors or lines or ["no message"])[0][:200]


@dataclass(frozen=True)
class Results:
    """Counts of tests and the failures of a command."""

    passed: int = 0
    skipped: int = 0
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: "Results") -> "Results":
        return Results(
            self.passed + other.passed,
            self.skipped + other.skipped,
            (*self.failures, *other.failures),
        )


def read_results(path: Path, file: str = "") -> Results:
    """Results of a JUnit file; `file` for tests without one.

    Raises OSError if the runner wrote none, ParseError if it was ended while it wrote.
    """
    passed = skipped = 0
    failures = []
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - our own runners' files
        wrong = list(_failures(case, file))
        failures += wrong
        if case.find("skipped") is not None:
            skipped += 1
        elif not wrong:
            passed += 1
    return Results(passed, skipped, tuple(failures))


def _failures(case: ET.Element, file: str) -> Iterator[Failure]:
    for kind in ("failure", "error"):
        for found in case.findall(kind):
            text = "\n".join(filter(None, (found.get("message"), found.text)))
            yield Failure(case.get("file") or file, case.get("name", ""), text)
