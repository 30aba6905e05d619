"""Each test that only `make test-long` runs has its row in docs/reliability.md."""

import ast
import re
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
HEADING = "## What only the long form runs"
MARK = "pytest.mark.long"


def rows() -> list[list[str]]:
    """Cells of the table: what, twin in the gate, last run of the long form."""
    section = PAGE.split(HEADING)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def files_with_long_tests() -> set[str]:
    found = (ROOT / "tests").rglob("test_*.py")
    return {
        str(path.relative_to(ROOT))
        for path in found
        if MARK in path.read_text(encoding="utf-8") and path != Path(__file__)
    }


def has_quick_tests(file: str) -> bool:
    """Whether a file has a test that isn't for the long form alone."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    whole = [ast.unparse(node.value) for node in tree.body if _is_pytestmark(node)]
    return not any(re.search(r"mark\.long", mark) for mark in whole)


def _is_pytestmark(node: ast.stmt) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"


def test_each_file_with_long_tests_has_its_row() -> None:
    named = {file for row in rows() for file in re.findall(r"`(tests/[^`]+\.py)`", row[0])}

    assert named == files_with_long_tests()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0].strip("`"))
def test_each_row_states_when_it_ran_and_which_quick_twin_there_is(row: list[str]) -> None:
    _, twins, ran = row

    assert re.search(r"\d{4}-\d{2}-\d{2}", ran)
    named = re.findall(r"`(tests/[^`:]+)", twins)
    assert named or "none:" in twins
    assert [file for file in named if not (ROOT / file).exists()] == []
    assert [file for file in named if file.endswith(".py") and not has_quick_tests(file)] == []
