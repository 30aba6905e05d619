"""A page of another site opens no socket here, and reads no answer of ours."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.support.app.inventory import make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import BOOT
from tests.support.network.raw_socket import RawSocket
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.slow

FOREIGN = "https://elsewhere.example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("origins"))


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


def test_our_own_page_and_a_player_without_a_page_open_one(world: World, worker: WebWorker) -> None:
    token = make_screen(world).token
    for headers in ({"Origin": worker.base}, {}):
        with closing(RawSocket(worker.base, **headers)) as socket:
            assert socket.enter(token=token, boot=BOOT, version=None).startswith("40/screen")


@pytest.mark.parametrize("origin", [FOREIGN, "null", "http://127.0.0.1:1", "http://127.0.0.1.evil"])
def test_a_page_of_another_site_opens_none(worker: WebWorker, origin: str) -> None:
    with closing(RawSocket(worker.base, Origin=origin)) as socket:
        assert socket.status == 400


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/openapi.json", "/manifests/" + "a" * 64])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_no_answer_may_be_read_by_another_site(worker: WebWorker, method: str, path: str) -> None:
    place = urlsplit(worker.base)
    asked = {"Origin": FOREIGN, "Access-Control-Request-Method": "POST"}
    with closing(http.client.HTTPConnection(place.netloc, timeout=PATIENCE_S)) as connection:
        connection.request(method, path, headers=asked)
        headers = dict(connection.getresponse().getheaders())

    assert [name for name in headers if name.lower().startswith("access-control")] == []
