"""The pages for newcomers match the code: files, names in them, rooms, journeys."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[3]
PAGES = (
    "docs/where-is-what.md",
    "docs/ARCHITECTURE.md",
    "docs/a-feature-from-end-to-end.md",
    "docs/quality.md",
    "docs/glossary.md",
    "docs/habits.md",
    "THREAT_MODEL.md",
)
ROOTS = ("server/", "media/", "playlists/", "player/", "deploy/", "docs/", "tests/")
SPAN = re.compile(r"`([\w./-]+\.\w+|[\w./-]+/)(?::([A-Za-z_][\w.]*))?`")
STEP = re.compile(r"^\d+\. \*\*[^*]+\*\* `([\w/]+/)`")
"""A step of a journey; its files are below the folder that it begins with."""
JAVASCRIPT = re.compile(r"^(?:export )?(?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
QUESTIONS = (
    "Where is a play refused?",
    "Where does a beat become uptime?",
    "Where is the frequency turned into plays an hour?",
    "Where are frames written to sockets?",
    "Where is a slide drawn?",
    "Where is a report's column declared?",
    "Where is a campaign signed off?",
    "Where is the retry of a webhook?",
    "Where does an emergency go out?",
    "Where is a key rotated?",
)
WIRED_ABOVE = {"cli | wsgi", "app", "(blueprints)"}
BENEATH = "simulator"


class Named(NamedTuple):
    """A file or folder that a page names, and perhaps something in it."""

    path: str
    name: str = ""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named_in(text: str) -> Iterator[Named]:
    """Paths between backticks; roles such as `models.py` are none."""
    for line in text.splitlines():
        step = STEP.match(line)
        for path, name in SPAN.findall(line):
            if path.startswith(ROOTS):
                yield Named(path, name)
            elif step is not None:
                yield Named(step[1] + path, name)


@cache
def names_of(path: str) -> frozenset[str]:
    """Functions, classes with their methods, and constants of a module."""
    text = page(path)
    if not path.endswith(".py"):
        return frozenset(JAVASCRIPT.findall(text))
    return frozenset(_defined(ast.parse(text).body))


def _defined(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{one}" for one in _defined(node.body))
        if isinstance(node, ast.Assign):
            yield from (one.id for one in node.targets if isinstance(one, ast.Name))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def missing(text: str) -> list[Named]:
    """What a page names and isn't there."""
    found = dict.fromkeys(named_in(text))
    return [
        one
        for one in found
        if not (ROOT / one.path).exists() or (one.name and one.name not in names_of(one.path))
    ]


def below(text: str, heading: str) -> str:
    """The text below a heading, up to the next of its level."""
    level = heading.partition(" ")[0]
    return text.partition(f"\n{heading}\n")[2].partition(f"\n{level} ")[0]


def layers() -> list[str]:
    """The rooms from top to bottom, as import-linter has them."""
    rules = tomllib.loads(page("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    found: list[str] = next(one["layers"] for one in rules if one.get("containers") == ["server"])
    return [one for one in found if one not in WIRED_ABOVE]


@pytest.mark.parametrize("name", PAGES)
def test_every_file_and_every_name_in_it_is_there(name: str) -> None:
    text = page(name)

    assert len(list(named_in(text))) > 20
    assert missing(text) == []


def test_a_file_or_a_name_that_is_gone_is_found() -> None:
    here = "tests/rules/docs/test_where_is_what.py"
    text = f"""`{here}:page`, `{here}:Named.path` and `{here}`, `{here}:gone`, `server/gone.py`
1. **Rules** `tests/rules/docs/`: `test_where_is_what.py:PAGES`, `gone.py`
"""

    assert missing(text) == [
        Named(here, "gone"),
        Named("server/gone.py"),
        Named("tests/rules/docs/gone.py"),
    ]


def test_each_of_the_ten_questions_is_answered_by_a_function_first() -> None:
    text = page("docs/where-is-what.md")
    asked = re.findall(r"^## \d+\. (.*)$", text, re.MULTILINE)

    assert tuple(asked) == QUESTIONS
    for number, question in enumerate(QUESTIONS, 1):
        answer = below(text, f"## {number}. {question}").strip()
        assert re.match(r"`[\w./-]+:[\w.]+`", answer), question


def test_the_page_and_its_picture_have_the_rooms_in_the_order_of_their_layers() -> None:
    text = below(page("docs/ARCHITECTURE.md"), "## Rooms")
    rooms = re.findall(r"^\| `server/(\w+)` \|", text, re.MULTILINE)
    drawn = re.findall(r'<text class="n"[^>]*>(\w+)<', page("docs/rooms.svg"))

    assert len(rooms) == 13
    assert [*rooms, BENEATH] == layers()
    assert drawn == layers()


def test_every_decision_has_its_room() -> None:
    decisions = {f"decisions/{one.name}" for one in (ROOT / "docs/decisions").glob("*.md")}

    assert decisions - set(re.findall(r"\]\(([^)]+)\)", page("docs/ARCHITECTURE.md"))) == set()


def test_each_journey_numbers_its_steps_and_each_step_names_a_file() -> None:
    text = below(page("docs/ARCHITECTURE.md"), "## Five journeys")
    journeys = re.split(r"^### \d\. .*$", text, flags=re.MULTILINE)[1:]

    assert len(journeys) == 5
    for journey in journeys:
        steps = [line for line in journey.splitlines() if line]
        assert [line.split(".")[0] for line in steps] == [str(n + 1) for n in range(len(steps))]
        assert all(any("." in one.path for one in named_in(line)) for line in steps)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_pages_and_to_headings_that_are_there(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page(name)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


def anchors(text: str) -> set[str]:
    """Of headings, as forges make them."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in titles}
