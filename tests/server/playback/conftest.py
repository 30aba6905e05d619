"""A store of plays without the rest of the server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.db.migrate import upgrade
from server.db.session import Database, open_database
from tests.support.clock import HandClock


@pytest.fixture(scope="session")
def migrated_plays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("plays") / "plays.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database, "plays")
    database.engine.dispose()
    return path


@pytest.fixture
def plays(migrated_plays: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh store of plays."""
    path = tmp_path / "plays.db"
    shutil.copy(migrated_plays, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    """Time that the test sets."""
    return HandClock()
