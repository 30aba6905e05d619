"""`make soak` has a stage for each file with tests that go on for hours, to be run one by one."""

import re
from collections import Counter
from pathlib import Path

from tests.gate.soak import SECONDS, soak
from tests.gate.stages import ROOT

MARK = re.compile(r"^(?:@|pytestmark = |.*marks=)pytest\.mark\.soak\b", re.MULTILINE)
"""On a test, a file or a parameter; what is one on PostgreSQL alone is in the stage for that."""


def marked_files() -> set[str]:
    found = (ROOT / "tests").rglob("test_*.py")
    return {str(path.relative_to(ROOT)) for path in found if MARK.search(path.read_text("utf-8"))}


def test_each_file_with_such_tests_is_a_stage_and_no_other_is() -> None:
    assert set(SECONDS) == marked_files()


def test_no_two_stages_have_the_same_name() -> None:
    assert [name for name, times in Counter(one.name for one in soak()).items() if times > 1] == []


def test_none_is_retried() -> None:
    assert [stage.name for stage in soak() if stage.retried] == []


def test_what_came_of_each_stage_is_on_the_page() -> None:
    text = (ROOT / "docs/reliability.md").read_text("utf-8")
    section = text.split("\n## The soak, file by file\n")[1].split("\n## ")[0]
    recorded = set(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE))
    of_files = {Path(file).stem.removeprefix("test_") for file in SECONDS}
    assert recorded == set(SECONDS) | {stage.name for stage in soak()} - of_files
