"""A server that stops waits for requests that are under way, and not for connections kept open."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.patience import PATIENCE_S
from tests.support.processes.server import RunningServer, serving

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """One that lets connections be idle for longer than it takes to stop."""
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--keep-alive 600")
    with serving(tmp_path) as made:
        yield made


def kept_open(server: RunningServer) -> socket.socket:
    """A connection that has been answered, as browsers keep it for their next request."""
    place = urlsplit(server.base)
    client = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)
    client.request("GET", "/healthz")
    client.getresponse().read()
    assert client.sock is not None
    return client.sock


def never_used(server: RunningServer) -> socket.socket:
    """A connection that has asked for nothing, as browsers open some in advance."""
    place = urlsplit(server.base)
    return socket.create_connection((place.hostname, place.port), PATIENCE_S)


def test_idle_connections_are_closed_and_nothing_is_waited_for(server: RunningServer) -> None:
    with closing(kept_open(server)) as kept, closing(never_used(server)) as unused:
        status = server.stop()
        ends = [one.recv(1) for one in (kept, unused)]
    log = (server.folder / "err.txt").read_text(encoding="utf-8")

    assert (status, ends) == (0, [b"", b""])
    assert "Worker exiting" in log, "it waited for them until it was killed"
    assert "Traceback" not in log
