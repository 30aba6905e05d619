"""What benches use of the product exists: they aren't run by `make test`, and break in silence."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
BENCHES: Final = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/bench").rglob("*.py")
)
pytestmark = pytest.mark.slow
OURS: Final = ("server", "media", "playlists")


def modules_by_name(tree: ast.Module) -> Iterator[tuple[str, ModuleType]]:
    """Modules of the product that a file imports whole, by the name that they have in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            package = importlib.import_module(node.module or "")
            for one in node.names:
                found = getattr(package, one.name, None)
                if found is None:
                    found = importlib.import_module(f"{node.module}.{one.name}")
                if isinstance(found, ModuleType):
                    yield one.asname or one.name, found


def missing(source: str) -> set[str]:
    """Attributes of these modules that are used and don't exist."""
    tree = ast.parse(source)
    modules = dict(modules_by_name(tree))
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
        and not hasattr(modules[node.value.id], node.attr)
    }


@pytest.mark.parametrize("path", BENCHES)
def test_a_bench_uses_what_exists(path: str) -> None:
    assert missing((ROOT / path).read_text(encoding="utf-8")) == set()


def test_a_function_that_went_is_found() -> None:
    source = "from server.inventory.imports import service\nservice._gone()\nservice.check_table\n"

    assert missing(source) == {"service._gone"}


def test_a_name_that_went_is_found() -> None:
    with pytest.raises(ModuleNotFoundError, match="gone"):
        missing("from server.inventory.imports.service import gone\n")
