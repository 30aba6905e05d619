"""The town of these tests."""

from pathlib import Path

import pytest

from tests.support.app.world import World
from tests.support.reporting.coverage import Town


@pytest.fixture
def town(world: World, tmp_path: Path) -> Town:
    return Town(world, tmp_path)
