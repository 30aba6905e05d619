"""With untested versions of the libraries our layer is off, and sockets are served by theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.foundation.websocket.pins import PINS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.official_client import Client
from tests.support.devices.socket_player import BOOT, NAMESPACE
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[4]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A server of its own."""
    return make_world(tmp_path)


@pytest.fixture
def with_another_engineio(world: World, tmp_path: Path) -> Iterator[WebWorker]:
    """Its worker finds the word of another release of python-engineio first."""
    notes = tmp_path / "elsewhere" / "python_engineio-4.99.0.dist-info"
    notes.mkdir(parents=True)
    (notes / "METADATA").write_text("Metadata-Version: 2.1\nName: python-engineio\nVersion: 4.99.0")
    with web_worker(world, PYTHONPATH=str(notes.parent)) as serving:
        yield serving


@pytest.mark.long
def test_another_version_is_served_by_the_libraries_own_layer_and_logged(
    world: World, with_another_engineio: WebWorker
) -> None:
    worker, screen = with_another_engineio, make_screen(world)
    client = Client()
    client.connect(
        worker.base,
        auth={"token": screen.token, "boot": BOOT, "version": None, "protocol": 1},
        namespaces=[NAMESPACE],
        transports=["websocket"],
        wait_timeout=PATIENCE_S,
    )

    answer = client.call("clock", {"t0": 5}, namespace=NAMESPACE)
    figures = worker.figures
    client.disconnect()

    assert answer["t0"] == 5
    assert figures['anping_socket_layer{layer="stock"}'] == 1
    assert figures['anping_socket_layer{layer="own"}'] == 0
    assert figures["anping_sockets"] == 1
    assert "python-engineio is 4.99.0, not 4.15.1" in worker.log.read_text(encoding="utf-8")


def test_the_pinned_versions_are_those_that_are_installed_with_the_server() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split(" ")[0].split("==") for line in lines if "==" in line)

    assert {name: pinned[name] for name in PINS} == PINS
