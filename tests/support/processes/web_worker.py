"""The web worker alone, as in production: gunicorn with gevent on a free port, without jobs."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.operations.supervisor.listening_socket import HANDED_ON
from tests.support.app.world import World
from tests.support.processes.server import ROOT, free_port
from tests.support.speed.memory import tree

READY_S = 180.0
STOP_S = 60.0

KEPT: Final = frozenset(("ANPING_OUTGOING_NETWORKS",))
"""Sinks of messages are on this machine: what lists it for all servers of a run (conftest.py)."""


def inherited_environment() -> dict[str, str]:
    """This process's environment without settings, but for what holds for all servers of a run."""
    return {k: v for k, v in os.environ.items() if k in KEPT or not k.startswith("ANPING_")}


@dataclass(frozen=True)
class WebWorker:
    """A serving process, held by its id."""

    process: subprocess.Popen[bytes]
    base: str
    log: Path

    @property
    def pid(self) -> int:
        """The process that holds the sockets, a child of gunicorn's own."""
        return tree(self.process.pid)[1]

    @property
    def figures(self) -> dict[str, float]:
        """Its figures from `/metrics`, by name and labels."""
        with urllib.request.urlopen(self.base + "/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        found = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in found}

    def stop(self) -> int:
        """End it in order; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_S)


@contextmanager
def web_worker(
    world: World,
    door: socket.socket | None = None,
    *,
    beneath: Sequence[str] = (),
    **environment: str,
) -> Iterator[WebWorker]:
    """Serve a test's world from another process, with the real clock, for the block's length.

    Behind a door that is kept open, or on a free port. `beneath` names a module that runs
    gunicorn's. Keyword arguments are added to its environment.
    """
    world.clock.at_ms = time.time_ns() // 1_000_000
    port = free_port() if door is None else door.getsockname()[1]
    handed_on = () if door is None else (door.fileno(),)
    if door is not None:
        environment[HANDED_ON] = str(door.fileno())
    settings = {**world.environment, "ANPING_BIND": f"127.0.0.1:{port}"}
    path = world.core.settings.data / "worker.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                *beneath,
                "gunicorn",
                "-c",
                "deploy/gunicorn.py",
                "server.wsgi:make_app()",
            ],
            cwd=ROOT,
            env={**inherited_environment(), **settings, **environment},
            stdout=log,
            stderr=log,
            pass_fds=handed_on,
        )
    worker = WebWorker(process, f"http://127.0.0.1:{port}", path)
    try:
        _wait(worker)
        yield worker
    finally:
        worker.stop()


def _wait(worker: WebWorker) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and worker.process.poll() is None:
        try:
            with urllib.request.urlopen(worker.base + "/readyz", timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise AssertionError(worker.log.read_text(encoding="utf-8"))
