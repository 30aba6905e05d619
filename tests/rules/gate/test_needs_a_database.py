"""A test's fixtures show whether it could open a database."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.app.world import World
from tests.support.which_database import FACTORY, SLOW_BY_FILES, needs_a_database

SERVER = Path(__file__).parents[2] / "server"


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


def test_the_factory_of_databases_is_a_module() -> None:
    assert find_spec(FACTORY)


@pytest.mark.parametrize("name", sorted(SLOW_BY_FILES))
def test_a_folder_whose_slow_tests_are_left_out_is_there(name: str) -> None:
    assert any(path.is_dir() for path in SERVER.rglob(name))
