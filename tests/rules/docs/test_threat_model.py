"""THREAT_MODEL.md: each line names a test that is there, and the page stays short."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
MOST_LINES = 100
"""Two pages."""
TABLES = ("The glass", "The figures", "People and accounts", "The machine")
NOT_DEFENDED = "不防什么 What is not defended"


def rows_below(heading: str) -> list[list[str]]:
    """The cells of a table's rows, its head aside."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def named_tests(cell: str) -> list[str]:
    return re.findall(r"`(tests/[\w./-]+)`", cell)


def is_a_test(name: str) -> bool:
    """Whether pytest or node finds a test in the file."""
    path = ROOT / name
    opening = "test(" if name.endswith(".test.js") else "def test_"
    return path.is_file() and opening in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("heading", [*TABLES, NOT_DEFENDED])
def test_each_line_names_a_test_that_is_there(heading: str) -> None:
    rows = rows_below(heading)

    assert len(rows) >= 6
    for row in rows:
        assert len(row) == 3, row
        assert named_tests(row[2]), row[0]
        assert [one for one in named_tests(row[2]) if not is_a_test(one)] == [], row[0]


@pytest.mark.parametrize("heading", TABLES)
def test_each_line_names_the_place_of_its_defence(heading: str) -> None:
    for row in rows_below(heading):
        found = re.findall(r"`((?:server|media|player|deploy)/[\w./-]+)`", row[1])
        assert found, row[0]
        assert [one for one in found if not (ROOT / one).exists()] == [], row[0]


def test_every_table_is_held() -> None:
    headings = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)

    assert headings == [*TABLES, NOT_DEFENDED]


def test_every_test_of_an_attack_has_its_line() -> None:
    files = {str(one.relative_to(ROOT)) for one in ROOT.glob("tests/security/**/test_*.py")}

    assert len(files) > 30
    assert files - set(named_tests(TEXT)) == set()


def test_it_is_two_pages_and_states_first_what_is_not_defended() -> None:
    assert TEXT.count("\n") <= MOST_LINES
    assert "compromised server" in rows_below(NOT_DEFENDED)[0][0]
