"""A store of plays without the rest of the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.foundation.db.session import Database
from tests.support.app.clock import HandClock
from tests.support.app.databases import fresh_plays


@pytest.fixture
def plays(tmp_path: Path) -> Iterator[Database]:
    """A fresh store of plays."""
    database = fresh_plays(tmp_path)
    yield database
    database.engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    """Time that the test sets."""
    return HandClock()
