"""The port is kept by systemd: while the server is killed and comes back, who calls just waits."""

import socket
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_S
from tests.support.processes.server import start_server

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.long
def test_calls_during_a_restart_are_answered_by_the_next_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as kept:
        port = kept.getsockname()[1]
        first = start_server(tmp_path, port, kept=kept)
        first.wait_until_ready()
        first.stop()

        answers: list[int] = []
        callers = [
            threading.Thread(target=lambda: answers.append(ask(first.base))) for _ in range(5)
        ]
        for caller in callers:
            caller.start()
            time.sleep(0.1)
        assert answers == []
        second = start_server(tmp_path, port, kept=kept)
        for caller in callers:
            caller.join(PATIENCE_S)
        second.stop()

    assert answers == [200] * 5


def test_a_kept_port_that_isnt_the_one_of_the_settings_stops_the_start(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as kept,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        address = f"127.0.0.1:{other.getsockname()[1]}"
        server = start_server(tmp_path, other.getsockname()[1], kept=kept)
        status = server.process.wait(PATIENCE_S)

        message = f"anping.socket gave port {kept.getsockname()[1]}, and ANPING_BIND is {address}"
        assert message in (tmp_path / "err.txt").read_text()
    assert status == 1


def ask(base: str) -> int:
    with urllib.request.urlopen(base + "/healthz", timeout=PATIENCE_S) as answer:
        return int(answer.status)
