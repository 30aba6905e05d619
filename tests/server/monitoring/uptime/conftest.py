"""A watch over a fresh store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app.databases import fresh_plays
from tests.support.monitoring.collector import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A process that has just begun."""
    database = fresh_plays(tmp_path)
    yield Watched(database)
    database.engine.dispose()
