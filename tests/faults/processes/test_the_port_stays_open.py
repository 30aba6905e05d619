"""The web server is killed: clients in between are served a moment later, and not refused."""

import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_S
from tests.support.processes.server import RunningServer, free_port, serving, start_server
from tests.support.speed.memory import tree

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """The whole of it."""
    with serving(tmp_path) as made:
        yield made


def place_of(server: RunningServer) -> tuple[str, int]:
    """Host and port."""
    host, _, port = server.base.removeprefix("http://").partition(":")
    return host, int(port)


def kill_web(server: RunningServer) -> None:
    """gunicorn and its worker, as by the kernel."""
    for pid in tree(server.process.pid)[1:]:
        if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)


def test_nobody_is_refused_while_it_starts_again(server: RunningServer) -> None:
    refused, tries = [], 0
    answers: list[int] = []

    def ask() -> None:
        with urllib.request.urlopen(server.base + "/healthz", timeout=PATIENCE_S) as answer:
            answers.append(answer.status)

    kill_web(server)
    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive():  # until it serves again
        tries += 1
        try:
            socket.create_connection(place_of(server), timeout=PATIENCE_S).close()
        except OSError as error:
            refused.append(str(error))
        time.sleep(0.02)

    print(f"\n{tries} connections, {len(refused)} refused")
    assert refused == []
    assert answers == [200]


def test_once_it_is_stopped_everybody_is(server: RunningServer) -> None:
    assert server.stop() == 0

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place_of(server), timeout=PATIENCE_S)


def test_a_taken_port_is_reported_in_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        second = start_server(tmp_path, port)
        status = second.process.wait(PATIENCE_S)

    assert status == 1
    output = (tmp_path / "err.txt").read_text(encoding="utf-8") + second.printed
    assert f"127.0.0.1:{port} is taken by another program" in output
    assert "Traceback" not in output
