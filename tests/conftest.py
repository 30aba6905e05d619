"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endings import end_all
from tests.support.world import World, make_world


@pytest.fixture(autouse=True, scope="module")
def _nothing_left_open() -> Iterator[None]:
    """From Python 3.13 on a database that is left to the collector is a warning, so an error."""
    yield
    end_all()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A fresh server with nothing in it but its tables."""
    return make_world(tmp_path)
