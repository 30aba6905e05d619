"""A worker as in production, with a screen in it."""

from collections.abc import Iterator

import pytest

from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.processes.web_worker import WebWorker, web_worker


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One server for a file."""
    return make_world(tmp_path_factory.mktemp("wire"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    """It serves, by the layer of our own."""
    with web_worker(world) as serving:
        assert serving.figures['anping_socket_layer{layer="own"}'] == 1
        yield serving


@pytest.fixture
def screen(worker: WebWorker, world: World) -> BoundScreen:
    """Its player may come in."""
    assert worker.base
    return make_screen(world)
