"""`make test` runs each stage to its end, reports all failures together and retries honestly."""

import re
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.gate import flaky
from tests.gate.__main__ import run_all
from tests.gate.results import LONGEST, Failure, Results, read_results
from tests.gate.retries import sort_out
from tests.gate.running import Outcome
from tests.gate.stages import BROWSER, PAGES, ROOT, Command, Stage, gate, long
from tests.support.patience import IN_BROWSERS_S

TODAY = date(2026, 11, 30)
HEADING = "| test | first seen | cause | cure |\n| --- | --- | --- | --- |\n"
GOOD = "def test_good() -> None:\n    assert True\n"
BAD = "def test_bad() -> None:\n    assert 1 == 2\n"
DEFECT = (
    "from tests.support.defect import Defect\n"
    "def test_a_black_picture() -> None:\n    raise Defect('black')\n"
)
HANGS = "import time\ndef test_hangs() -> None:\n    time.sleep(600)\n"
DIES = "import os\ndef test_dies() -> None:\n    os._exit(3)\n"
# Fails at first, then finds that it has run before.
ONCE_BAD = (
    "from pathlib import Path\n"
    "def test_once_bad() -> None:\n"
    "    mark = Path(__file__).with_suffix('.ran')\n"
    "    had = mark.exists()\n"
    "    mark.touch()\n"
    "    assert had\n"
)


class Bench:
    """A folder with stages of small files of tests, and what a run of them printed."""

    def __init__(self, folder: Path, printed: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.list = folder / "flaky.md"
        self.list.write_text(HEADING)
        self._printed = printed

    def stage(
        self,
        name: str,
        source: str,
        *,
        retried: str | None = None,
        marks: str = "",
        budget_s: int = 60,
    ) -> Stage:
        """One stage with one file of tests."""
        file = self.folder / f"test_{name}.py"
        file.write_text(f"import pytest\npytestmark = pytest.mark.browser\n{source}")
        words = (sys.executable, "-m", "pytest", "-q", "--rootdir", ".", "-m", marks, str(file))
        return Stage(name, [[Command(name, words)]], budget_s, retried)

    def run(self, *stages: Stage) -> tuple[int, str]:
        """Exit status and all that was printed."""
        status = run_all(stages, self.folder, self.list)
        return status, self._printed.readouterr().out


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    return Bench(tmp_path, capsys)


@pytest.mark.slow
def test_one_run_names_every_failure_of_every_stage(bench: Bench) -> None:
    names = ["one", "two", "three"]

    status, printed = bench.run(*(bench.stage(name, BAD) for name in names))

    assert status == 1
    for name in names:
        assert re.search(rf"=== FAILED \S*test_{name}\.py::test_bad", printed)
    assert printed.splitlines()[-1] == "gate: 0 passed, 3 failed, 0 skipped"


@pytest.mark.slow
def test_a_run_without_failures_ends_with_its_counts(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("one", GOOD), bench.stage("two", GOOD))

    assert (status, printed.splitlines()[-1]) == (0, "gate: 2 passed, 0 failed, 0 skipped")


@pytest.mark.slow
def test_a_browser_test_that_passes_when_run_again_is_flaky_and_listed(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("shaky", ONCE_BAD, retried="browser"))

    assert status == 0
    assert re.search(r"^FLAKY \S+::test_once_bad, .*assert .*, load \d", printed, re.MULTILINE)
    (row,) = flaky.listed(bench.list.read_text())
    assert row.test.endswith("::test_once_bad")
    assert row.first_seen == datetime.now(UTC).date()


@pytest.mark.slow
def test_what_fails_twice_stays_failed(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("broken", BAD, retried="browser"))

    assert (status, "FLAKY" in printed) == (1, False)


@pytest.mark.slow
def test_what_the_stage_leaves_out_is_left_out_again(bench: Bench) -> None:
    left_out = "slow"
    source = f"{ONCE_BAD}@pytest.mark.{left_out}\n{BAD}"
    stage = bench.stage("mixed", source, retried=f"not {left_out}", marks=f"not {left_out}")

    assert bench.run(stage)[0] == 0


@pytest.mark.slow
def test_other_stages_are_not_retried(bench: Bench) -> None:
    status, _ = bench.run(bench.stage("computing", ONCE_BAD))

    assert status == 1


@pytest.mark.slow
def test_a_defect_is_not_retried(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("camera", DEFECT, retried="browser"))

    assert (status, "FLAKY" in printed) == (1, False)
    assert not (bench.folder / "again-test_camera.py.log").exists()


@pytest.mark.slow
def test_a_stage_that_hangs_is_ended_and_the_next_one_runs(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("stuck", HANGS, budget_s=1), bench.stage("two", GOOD))

    assert status == 1
    assert "hung and was ended" in printed
    assert printed.splitlines()[-1] == "gate: 1 passed, 1 failed, 0 skipped"


@pytest.mark.slow
def test_a_runner_that_dies_without_results_is_a_failure(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("dead", DIES))

    assert (status, "ended with status 3" in printed) == (1, True)


@pytest.mark.slow
def test_a_stage_that_finds_no_test_is_a_failure(bench: Bench) -> None:
    status, printed = bench.run(bench.stage("empty", ""))

    assert (status, "found no test to run" in printed) == (1, True)


def test_a_file_with_a_defect_is_not_run_again_for_its_other_failures() -> None:
    failures = (
        Failure("a.py", "test_slow", "TimeoutError"),
        Failure("a.py", "test_black", "tests.support.defect.Defect: black"),
        Failure("b.js", "once", "DEFECT: a play counted twice"),
        Failure("c.py", "test_slow", "TimeoutError"),
    )
    stage = Stage("browsers", [], 1, retried="browser")

    final, again = sort_out(Outcome(stage, Results(failures=failures), 0.0, 0.0))

    assert {failure.file for failure in final} == {"a.py", "b.js"}
    assert set(again) == {"c.py"}


def test_a_defect_is_seen_and_printed_before_however_long_a_log(tmp_path: Path) -> None:
    suites = ET.Element("testsuites")
    case = ET.SubElement(suites, "testcase", file="a.py", name="test_black")
    found = ET.SubElement(case, "failure", message="tests.support.defect.Defect: black")
    found.text = "E   tests.support.defect.Defect: black\n" + "answers: 200\n" * LONGEST
    ET.ElementTree(suites).write(tmp_path / "results.xml")

    (failure,) = read_results(tmp_path / "results.xml").failures

    assert failure.is_defect
    assert failure.printed.startswith("tests.support.defect.Defect: black\n...\n")
    assert len(failure.printed) < 2 * LONGEST


def test_a_row_without_a_cure_makes_the_run_red_after_fourteen_days() -> None:
    text = HEADING + (
        "| `a::test` | 2026-11-15 | | |\n"
        "| `b::test` | 2026-11-16 | | |\n"
        "| `c::test` | 2026-01-01 | a sleep | waits for the event |\n"
    )

    complaints = flaky.complaints(flaky.listed(text), 0, TODAY)

    assert complaints == ["a::test is in tests/flaky.md since 2026-11-15 without a cure"]


def test_more_than_two_flaky_files_make_the_run_red() -> None:
    assert flaky.complaints([], 2, TODAY) == []
    assert len(flaky.complaints([], 3, TODAY)) == 1


def test_a_test_is_listed_once_and_again_when_its_cure_did_not_hold() -> None:
    text = HEADING + "| `a::test` | 2026-11-20 | | |\n| `b::test` | 2026-11-20 | x | y |\n"

    rows = flaky.listed(flaky.with_new(text, ["a::test", "b::test"], TODAY))

    assert [(row.test, row.first_seen) for row in rows[2:]] == [("b::test", TODAY)]


def test_the_list_that_is_kept_can_be_read() -> None:
    assert all(row.test for row in flaky.listed(flaky.LIST.read_text(encoding="utf-8")))


def test_only_stages_of_browsers_are_retried() -> None:
    retried = {stage.name for stage in (*gate(), *long()) if stage.retried}

    assert retried == {"browsers"}


@pytest.mark.parametrize("stages", [gate(), long()], ids=["gate", "long"])
def test_test_files_are_rewritten_once_before_several_processes_load_them(
    stages: list[Stage],
) -> None:
    words = [command.words for lane in stages[0].lanes for command in lane]
    assert any("--collect-only" in one for one in words)
    assert "-n" in stages[1].lanes[0][0].words


def test_each_file_of_browser_tests_is_given_to_their_stage() -> None:
    """By name, or none would run it."""
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if names_the_mark(path)]
    files = {str(path.relative_to(ROOT)) for path in tests}
    given = {word for lane in gate()[-1].lanes for command in lane for word in command.words}

    assert {path for path in files if not path.startswith(f"{PAGES}/")} - given == set()
    assert PAGES in given


def test_tests_are_marked_as_of_a_browser_in_their_own_file() -> None:
    """Stages choose files by their content."""
    marking = {path.name for path in (ROOT / "tests").rglob("*.py") if names_the_mark(path)}

    assert {name for name in marking if not name.startswith("test_")} == {"stages.py", "running.py"}


def test_nothing_in_browsers_is_given_less_time_than_all_of_them() -> None:
    """They share two processors with all other lanes; a limit is there for what hangs."""
    limits = {
        (path.name, int(limit))
        for path in (ROOT / "tests").rglob("test_*.py")
        if names_the_mark(path)
        for limit in re.findall(r"mark\.timeout\((\d+)\)", path.read_text("utf-8"))
    }

    assert {one for one in limits if one[1] < IN_BROWSERS_S} == set()


def names_the_mark(path: Path) -> bool:
    return BROWSER in path.read_text("utf-8")


def test_the_gate_is_allowed_a_quarter_of_an_hour() -> None:
    assert sum(stage.budget_s for stage in gate()) <= 15 * 60
