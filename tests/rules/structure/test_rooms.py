"""The rooms of `server/`: how large, what their modules are called, and who comes in by which door.

That a room uses the rooms below it alone is import-linter's (pyproject.toml). What doesn't hold yet
is listed in docs/doors.toml, whose lists may only shrink.
"""

import ast
import re
import tomllib
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
SERVER: Final = ROOT / "server"
LIST: Final = ROOT / "docs/doors.toml"
MOST: Final = 19
"""So many modules a folder holds, its `__init__` aside."""
LONGEST: Final = 10
"""Lines of a package's docstring."""
VAGUE: Final = re.compile(
    "around|heard|keeping|known|look|making|meant|parts|pieces|places|said|seen|stands|told"
)
"""Names of modules that are too vague for a reader of the tree."""
BESIDE: Final = ("media", "playlists", "tests/support")
IMPORT: Final = re.compile(r"^ *from (server[\w.]*) import (\([^)]*\)|.+)$", re.MULTILINE)
CLASS: Final = re.compile(r"^class ([A-Z]\w*)", re.MULTILINE)
FUNCTION: Final = re.compile(r"^(?:async )?def ([a-z]\w*)", re.MULTILINE)
DECORATED: Final = re.compile(r"^@[^\n]*\n(?:[@ )][^\n]*\n)*(?:async )?def (\w+)", re.MULTILINE)
PRODUCT: Final = ("server", "media", "playlists", "deploy", "player/src")
WRITTEN: Final = ("py", "html", "js", "mjs", "toml", "sh")
ERROR_PAGE: Final = "server.foundation.rest.problems"
"""It answers a page where a page was asked for; what that shows is the frame's."""


@cache
def modules() -> dict[str, str]:
    """The text of each module by its dotted name; a package's is that of its `__init__`."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in SERVER.rglob("*.py")
        if "migrations" not in path.parts
    }


def room_of(module: str) -> str:
    return module.split(".")[1]


def is_in_a_room(module: str) -> bool:
    return module.startswith("server.") and module.count(".") > 1


def listed() -> dict[str, Any]:
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def imported_by(text: str) -> set[str]:
    """The modules of the server that a module imports, wherever in it."""
    found = set()
    for package, names in IMPORT.findall(text):
        below = {f"{package}.{one}" for one in re.findall(r"(\w+)(?: as \w+)?", names)}
        found |= (below & modules().keys()) or {package}
    return found


def doors() -> dict[str, list[str]]:
    """By room the modules that other rooms import; app, cli and wsgi wire all of them."""
    found = defaultdict(set)
    for importer, text in modules().items():
        for module in imported_by(text) if is_in_a_room(importer) else ():
            if is_in_a_room(module) and room_of(module) != room_of(importer):
                found[room_of(module)].add(module.split(".", 2)[2])
    return {room: sorted(names) for room, names in sorted(found.items())}


def classes_twice() -> dict[str, list[str]]:
    """By room the names that several of its public classes have."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for module, text in modules().items():
        if is_in_a_room(module):
            found[room_of(module)].update(CLASS.findall(text))
    twice = {room: sorted(n for n, c in names.items() if c > 1) for room, names in found.items()}
    return {room: names for room, names in sorted(twice.items()) if names}


def uncalled() -> list[str]:
    """Public functions whose name is used nowhere in the product."""
    texts = [
        path.read_text(encoding="utf-8")
        for folder in PRODUCT
        for ending in WRITTEN
        for path in (ROOT / folder).rglob(f"*.{ending}")
        if not {"node_modules", "vendor", "dist"} & set(path.parts)
    ]
    words = Counter(word for text in texts for word in re.findall(r"\w+", text))
    return sorted(
        f"{module}.{name}"
        for module, text in modules().items()
        for name in set(FUNCTION.findall(text)) - set(DECORATED.findall(text))
        if words[name] == 1
    )


def test_no_folder_has_too_many_modules() -> None:
    names = (one for one in modules() if not one.endswith(".__init__"))
    counts = Counter(one.rpartition(".")[0] for one in names)

    assert {folder for folder, count in counts.items() if count > MOST} == set()


def test_names_of_modules_are_not_vague() -> None:
    beside = [one for top in BESIDE for one in (ROOT / top).rglob("*.py")]

    assert [one for one in modules() if VAGUE.fullmatch(one.rpartition(".")[2])] == []
    assert len(beside) > 100
    assert [str(one) for one in beside if VAGUE.fullmatch(one.stem)] == []


def test_a_package_has_a_docstring_of_ten_lines_and_nothing_else() -> None:
    for module, text in modules().items():
        if module.endswith(".__init__"):
            tree = ast.parse(text)
            docstring = ast.get_docstring(tree) or ""
            assert (len(tree.body), bool(docstring)) == (1, True), module
            assert len(docstring.splitlines()) <= LONGEST, module


def test_pages_are_in_one_room() -> None:
    rendering = {one for one, text in modules().items() if "render_template(" in text}

    assert {one for one in rendering if room_of(one) != "web"} == {ERROR_PAGE}


def test_rooms_are_entered_by_the_doors_that_are_listed() -> None:
    assert listed()["doors"] == doors()


def test_no_two_classes_of_a_room_share_a_name_beyond_those_listed() -> None:
    assert listed()["classes"] == classes_twice()


@pytest.mark.slow
def test_no_function_is_left_that_nobody_calls_beyond_those_listed() -> None:
    assert listed()["uncalled"] == uncalled()
