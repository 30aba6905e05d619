"""A database of one table, on SQLite whatever the other tests run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.foundation.db.session import Database, open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    made = open_database(f"sqlite:///{path}")
    with made.write() as session:
        session.execute(text("CREATE TABLE notes (word TEXT)"))
    yield made
    made.engine.dispose()
