"""A plugin of pytest: notes what became of each test in the file that the environment names."""

import json
import os
from pathlib import Path

import pytest

from tests.support.matrix.rows import POSTGRESQL, file_of

NOTES = "ANPING_MATRIX_NOTES"
WANTED = "ANPING_MATRIX_WANTED"
WORKER = "PYTEST_XDIST_WORKER"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of whole files leave long forms out; one that is asked for by its name is run."""
    wanted = json.loads(os.environ[WANTED])
    by_name = {one for one in wanted if one != file_of(one)}
    left = [
        item
        for item in items
        if item.get_closest_marker("soak") and item.nodeid.partition("[")[0] not in by_name
    ]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """One line for each phase of each test."""
    if WORKER in os.environ:
        return  # the process that distributed the test notes it
    where = POSTGRESQL if os.environ.get("ANPING_TEST_DATABASE") == "postgresql" else ""
    why = report.longreprtext.strip().splitlines()[-1:] if not report.passed else []
    note = {
        "test": where + report.nodeid,
        "outcome": report.outcome,
        "seconds": report.duration,
        "why": " ".join(why),
        "output": report.capstdout if report.when == "call" and report.passed else "",
    }
    with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(json.dumps(note) + "\n")
