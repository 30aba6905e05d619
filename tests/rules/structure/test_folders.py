"""How much is in one place: Python files in a folder, lines in a file, lines in a function.

Steps of migrations are apart: numbered, only ever added to, they stay as they were released.
"""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
MOST_FILES: Final = 20
USUAL_FILES: Final = 15
"""Nine folders of ten hold no more."""
MOST_LINES: Final = 400
LONGEST: Final = 40
TOPS: Final = ("server", "media", "playlists", "deploy", "tests")
DEF: Final = re.compile(r"( *)(?:async )?def ")
STEPS: Final = "server/foundation/db/migrations/"


@cache
def python_files() -> list[str]:
    """Paths of all Python files but the steps of migrations."""
    found = (str(one.relative_to(ROOT)) for top in TOPS for one in (ROOT / top).rglob("*.py"))
    return [one for one in found if not one.startswith(STEPS)]


def is_product(path: str) -> bool:
    return not path.startswith("tests/")


def files_by_folder(*, product: bool) -> Counter[str]:
    """How many Python files each folder holds, its `__init__.py` too."""
    return Counter(str(Path(one).parent) for one in python_files() if is_product(one) is product)


@pytest.mark.parametrize("product", [True, False], ids=["product", "tests"])
def test_no_folder_holds_more_than_twenty_files_and_nine_in_ten_hold_fifteen(
    product: bool,
) -> None:
    counts = files_by_folder(product=product)
    few = [folder for folder, count in counts.items() if count <= USUAL_FILES]

    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}
    assert len(few) >= 0.9 * len(counts)


def test_no_file_of_the_product_is_longer_than_four_hundred_lines() -> None:
    lengths = {
        one: (ROOT / one).read_text(encoding="utf-8").count("\n")
        for one in python_files()
        if is_product(one)
    }

    assert len(lengths) > 1000
    assert {one: count for one, count in lengths.items() if count > MOST_LINES} == {}


def long_functions(text: str) -> list[str]:
    """Names of functions of more than `LONGEST` lines.

    Parsed is only what may hold one: where no line that far below a `def` is as far to the left.
    """
    if not _may_hold_a_long_one(text.splitlines()):
        return []
    return [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST
    ]


def _may_hold_a_long_one(lines: list[str]) -> bool:
    for number, line in enumerate(lines[:-LONGEST]):
        found = DEF.match(line)
        if found is None:
            continue
        within = lines[number + 1 : number + LONGEST + 1]
        if all(_is_inside(one, len(found[1])) for one in within):
            return True
    return False


def _is_inside(line: str, indent: int) -> bool:
    """Whether a line belongs to what began so far to the left: indented, empty, or its bracket."""
    bare = line.lstrip()
    return not bare or len(line) - len(bare) > indent or bare.startswith((")", '"""'))


def test_no_function_of_the_product_is_longer_than_forty_lines() -> None:
    found = {
        one: long_functions((ROOT / one).read_text(encoding="utf-8"))
        for one in python_files()
        if is_product(one)
    }

    assert {one: names for one, names in found.items() if names} == {}


@pytest.mark.parametrize(("lines", "found"), [(LONGEST - 1, []), (LONGEST, ["f"])])
def test_a_function_that_is_too_long_is_found(lines: int, found: list[str]) -> None:
    text = "class A:\n    def f(\n        self,\n    ) -> None:\n" + "        pass\n" * (lines - 2)

    assert long_functions(text + "\n\nx = 1\n" + "y = 2\n" * LONGEST) == found
