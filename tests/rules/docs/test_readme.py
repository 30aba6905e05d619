"""README and docs/status.md name existing links, commands, settings, tests and pictures."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STATUS = (ROOT / "docs/status.md").read_text(encoding="utf-8")
STATES = {"works", "works partly", "not yet"}
LARGEST_PICTURE = 150_000
MOST_LINES = 80
"""What somebody new reads to its end."""
MOST_FEATURES = 15


def links_of(text: str) -> list[str]:
    return sorted(set(re.findall(r"\]\(([^)#]+)[^)]*\)", text)))


def status_rows() -> list[list[str]]:
    lines = [line for line in STATUS.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("link", links_of(README))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("link", links_of(STATUS))
def test_every_link_of_the_states_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()


def test_the_readme_is_short_and_shows_the_console_and_a_screen() -> None:
    features = README.split("## What it does\n")[1].split("\n## ")[0]

    assert README.count("\n") <= MOST_LINES
    assert 10 <= features.count("\n- ") <= MOST_FEATURES
    assert len(re.findall(r"!\[[^\]]+\]\(docs/pictures/", README)) == 2
    assert re.findall(r"^make (\w+)$", README, re.MULTILINE) == ["demo", "run"]


def test_the_readme_leads_to_every_page_of_the_docs() -> None:
    pages = {f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md")}

    assert pages - set(links_of(README)) == set()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z-]+)", README + STATUS))))
def test_every_command_is_one_of_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_setting_is_documented() -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    named = set(re.findall(r"ANPING_[A-Z_]+", README + STATUS))
    assert named
    assert {name for name in named if name not in operations} == set()


def test_every_feature_states_how_far_it_is_and_what_works_names_its_test() -> None:
    rows = status_rows()

    assert len(rows) > 20
    for feature, state, remark in rows:
        assert state in STATES, feature
        tests = re.findall(r"`(tests/[^`]+)`", remark)
        assert state == "not yet" or tests, feature
        assert [name for name in tests if not (ROOT / name).exists()] == []


def test_every_picture_is_small_and_described() -> None:
    pictures = list((ROOT / "docs/pictures").iterdir())

    assert {one.suffix for one in pictures} == {".webp"}
    assert [one.name for one in pictures if one.stat().st_size > LARGEST_PICTURE] == []
    assert all(text for text, _ in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README))


@pytest.mark.slow
def test_make_lists_its_commands() -> None:
    printed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert {"run", "test", "check", "screenshots"} <= {
        line.split()[0] for line in printed.stdout.splitlines() if line
    }
