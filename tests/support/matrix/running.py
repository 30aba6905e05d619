"""Runs the tests named by rows, each once, and reports their results."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.matrix.noting import NOTES, WANTED
from tests.support.matrix.rows import POSTGRESQL, file_of, is_javascript

ROOT: Final = Path(__file__).parents[3]
PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-p", "tests.support.matrix.noting")
# On two cores, crowds, what waits for a screen and what judges times by themselves.
SPREAD: Final = (
    *("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"),
    *("-m", "not browser and not timed"),
)
TIMED: Final = ("-m", "timed and not browser")
APART: Final = ("-m", "not browser")
SEEN: Final = ("-m", "browser")
ON_POSTGRESQL: Final = {"ANPING_TEST_DATABASE": "postgresql"}
FOR_BROWSERS: Final = "pytest.mark.browser"
# Crowds, floods and several servers, whose times are judged here: among others they would be late.
ALONE: Final = frozenset(
    (
        "tests/faults/screens/test_three_hundred_players_enrol.py",
        "tests/faults/processes/test_all_come_back.py",
        "tests/security/network/test_floods.py",
        "tests/security/network/test_fuzzed_sockets.py",
        "tests/faults/machines/test_many_machines.py",
        "tests/faults/machines/test_redis_goes_away.py",
        "tests/faults/machines/test_workers_reach_each_other.py",
    )
)
TAP: Final = re.compile(r"^\s*(not ok|ok) \d+ - (.*?)(?: # (SKIP|TODO).*)?$")
DURATION: Final = re.compile(r"^\s*duration_ms: ([\d.]+)")


@dataclass(frozen=True)
class Note:
    """What became of one phase of a test: `passed`, `failed` or `skipped`."""

    test: str
    outcome: str
    seconds: float
    why: str = ""
    output: str = ""  # what it printed: its figures


def run(tests: Sequence[str]) -> list[Note]:
    """Run them all, the browser's after the others; pytest's own words go to standard output."""
    python = [one for one in tests if not is_javascript(one)]
    files = dict.fromkeys(file_of(one) for one in tests if is_javascript(one))
    notes = [note for file in files for note in by_node(file)]
    there = [one for one in python if one.startswith(POSTGRESQL)]
    notes += by_pytest([one for one in python if one not in there])
    return notes + by_pytest([one.removeprefix(POSTGRESQL) for one in there], ON_POSTGRESQL)


def by_pytest(tests: Sequence[str], settings: Mapping[str, str] | None = None) -> list[Note]:
    """What needs no browser, side by side or alone, then what does."""
    apart = [one for one in tests if file_of(one) in ALONE]
    beside = [one for one in tests if one not in apart]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "notes"
        kept.touch()
        wanted = {NOTES: str(kept), WANTED: json.dumps(list(tests))}
        environment = {**os.environ, **(settings or {}), **wanted}
        seen = [(SEEN, these) for these in of_browsers(beside)]
        for how, these in ((SPREAD, beside), (TIMED, beside), (APART, apart), *seen):
            if these:
                subprocess.run([*PYTEST, *how, *these], cwd=ROOT, env=environment, check=False)
        return [Note(**json.loads(line)) for line in kept.read_text().splitlines()]


def of_browsers(tests: Sequence[str]) -> list[list[str]]:
    """Those of each file that has some for a browser.

    In one process a driver that lasts for all pages would keep every other from being started.
    """
    by_file: dict[str, list[str]] = {}
    for test in tests:
        by_file.setdefault(file_of(test), []).append(test)
    return [
        these
        for file, these in by_file.items()
        if FOR_BROWSERS in (ROOT / file).read_text(encoding="utf-8")
    ]


def by_node(file: str) -> list[Note]:
    """One file of node's runner."""
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return list(read_tap(file, done.stdout.splitlines()))


def read_tap(file: str, lines: Iterable[str]) -> Iterator[Note]:
    """Titles, outcomes and times in what node prints."""
    outcome, title = "", ""
    for line in lines:
        result, took = TAP.match(line), DURATION.match(line)
        if result:
            outcome = "skipped" if result[3] else {"ok": "passed", "not ok": "failed"}[result[1]]
            title = result[2].replace("\\#", "#").replace("\\\\", "\\")
        elif took and outcome:
            yield Note(f"{file}::{title}", outcome, float(took[1]) / 1000)
            outcome = ""


def of_test(test: str, notes: Iterable[Note]) -> list[Note]:
    """The notes that belong to a name: of a file, of a function with whatever parameters."""
    return [
        note
        for note in notes
        if note.test == test or note.test.startswith((f"{test}::", f"{test}["))
    ]
