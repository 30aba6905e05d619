"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A fresh server with nothing in it but its tables."""
    made = make_world(tmp_path)
    yield made
    made.core.config.engine.dispose()
    made.core.plays.engine.dispose()
