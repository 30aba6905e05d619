"""Which tests depend on the database, and so are run on PostgreSQL once more.

A server's databases are in a folder or belong to one, so a test that opens any asks pytest for a
folder, itself or by a fixture; or its file names a factory of databases. All others would give the
same result again.
"""

from functools import cache
from pathlib import Path
from typing import Final

import pytest

FOLDERS: Final = frozenset(("tmp_path", "tmp_path_factory"))
FACTORY: Final = "tests.support.app.databases"
SLOW_BY_FILES: Final = frozenset(("bad_input", "demo", "openapi", "web"))
"""Folders whose slow tests are slow by files, pages and thousands of requests: what they ask of the
database their quick ones ask as well. On PostgreSQL the slow ones are part of `make soak`."""


def is_for_postgresql(item: pytest.Item) -> bool:
    """Whether `make test` runs it there too."""
    if item.get_closest_marker("slow") and item.path.parent.name in SLOW_BY_FILES:
        return False
    return needs_a_database(item)


def needs_a_database(item: pytest.Item) -> bool:
    """Whether it could open one at all; a test that does without this fails."""
    given: list[str] = getattr(item, "fixturenames", [])
    return not FOLDERS.isdisjoint(given) or _names_databases(item.path)


@cache
def _names_databases(path: Path) -> bool:
    text = path.read_text(encoding="utf-8").lower()
    return FACTORY in text or "postgres" in text
