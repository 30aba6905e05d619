"""Beside the web server `serve` runs a reading process, and passes its address on."""

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from server.foundation.config import read_settings
from server.operations.supervisor.serve import READING_PROCESS, Child, Supervisor, serving
from tests.support.patience import until


def test_the_web_server_has_the_port_and_the_address_of_the_reading_process() -> None:
    with socket.socket() as door:
        web, reading = serving(door)

    assert (web.door, dict(web.extra_environment)) == (door, {READING_PROCESS: "1"})
    assert (reading.door, dict(reading.extra_environment)) == (None, {})
    assert reading.command == [sys.executable, "-m", "server.operations.reading_process.process"]


@pytest.mark.slow
def test_a_childs_settings_reach_it_alone_at_each_start(tmp_path: Path) -> None:
    note = "import os, sys; open(sys.argv[1], 'a').write(os.environ.get('READING_PROCESS', '-'))"
    noted, other = tmp_path / "told", tmp_path / "other"
    children = [
        Child(
            "web",
            [sys.executable, "-c", note, str(noted)],
            extra_environment={READING_PROCESS: "1"},
        ),
        Child("jobs", [sys.executable, "-c", note, str(other)]),
    ]
    parent = Supervisor(read_settings(data=tmp_path), print, children)
    environment = {**parent.environment, "PATH": os.environ["PATH"]}

    def has_begun_twice() -> bool:
        for child in children:
            child.keep_running(time.monotonic(), environment)
        return all(one.exists() and len(one.read_text()) >= 2 for one in (noted, other))

    until("both were started again", has_begun_twice)
    for child in children:
        if child.process is not None:
            child.process.wait()

    assert set(noted.read_text()) == {"1"}
    assert set(other.read_text()) == {"-"}
