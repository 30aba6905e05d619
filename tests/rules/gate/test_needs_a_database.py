"""A test's fixtures show whether it could open a database."""

from pathlib import Path

import pytest

from tests.support.app.world import World
from tests.support.which_database import needs_a_database


def test_what_asks_for_no_folder_needs_none(request: pytest.FixtureRequest) -> None:
    assert not needs_a_database(request.node)


def test_what_asks_for_a_folder_may_need_one(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert tmp_path.exists()
    assert needs_a_database(request.node)


def test_a_fixture_s_folder_counts_too(request: pytest.FixtureRequest, world: World) -> None:
    assert world.app
    assert needs_a_database(request.node)
