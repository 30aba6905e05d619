"""An exception from a rule of the house carries its reason on the same line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("server", "playlists", "media", "tests", "deploy")
PYTHON = re.compile(r"#\s*(?:noqa\b(?:: [A-Z0-9, ]+)?|type: ignore\b(?:\[[^\]]*\])?)(?P<why>.*)$")
SCRIPT = re.compile(r"(?:biome-ignore [\w/]+:?|@ts-(?:ignore|expect-error))(?P<why>.*)$")


def files(ending: str, *folders: str) -> list[Path]:
    return [one for folder in folders for one in (ROOT / folder).rglob(f"*.{ending}")]


def unexplained(pattern: re.Pattern[str], text: str) -> list[str]:
    found = ((line, pattern.search(line)) for line in text.splitlines())
    return [line for line, hit in found if hit and len(re.findall(r"\w", hit["why"])) < 3]


@pytest.mark.parametrize(
    "line",
    ["x = 1  # noqa", "x = 1  # noqa: S608", "y()  # type: ignore[misc]", "y()  # type: ignore"],
)
def test_a_bare_exception_is_seen(line: str) -> None:
    assert unexplained(PYTHON, line) == [line]


@pytest.mark.slow
def test_every_exception_in_python_states_why() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in files("py", *FOLDERS)
        if path != Path(__file__) and (lines := unexplained(PYTHON, path.read_text()))
    }
    assert found == {}


def test_every_exception_in_javascript_states_why() -> None:
    scripts = files("js", "player", "server/web/static/console") + files("mjs", "deploy")
    found = {
        str(path.relative_to(ROOT)): lines
        for path in scripts
        if "node_modules" not in path.parts and (lines := unexplained(SCRIPT, path.read_text()))
    }
    assert found == {}
