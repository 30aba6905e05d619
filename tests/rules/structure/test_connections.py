"""`with sqlite3.connect(...)` ends a transaction and closes nothing.

The connection is left to the collector, which from Python 3.13 on is an error in whatever test runs
at that moment.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
LEFT_OPEN = re.compile(r"\bwith sqlite3\.connect\(")


def left_open(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if LEFT_OPEN.search(line)]


def test_a_connection_that_nobody_closes_is_seen() -> None:
    bare = "with sqlite3" + ".connect(path) as store:"

    assert left_open(f"    {bare}\n        store.execute(text)\n") == [bare]
    assert left_open("with closing(sqlite3.connect(path)) as store, store:\n") == []


def test_connections_are_closed_where_they_end() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for folder in ("server", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__) and (lines := left_open(path.read_text(encoding="utf-8")))
    }
    assert found == {}
