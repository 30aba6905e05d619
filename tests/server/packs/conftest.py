"""The town of these tests."""

from pathlib import Path

import pytest

from tests.support.coverage import Town
from tests.support.world import World


@pytest.fixture
def town(world: World, tmp_path: Path) -> Town:
    return Town(world, tmp_path)
