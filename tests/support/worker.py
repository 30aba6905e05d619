"""The web worker alone, as in production: gunicorn with gevent on a free port, without jobs."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.serving import ROOT, free_port
from tests.support.world import World

READY_S = 30.0
STOP_S = 20.0


@dataclass(frozen=True)
class WebWorker:
    """A serving process, held by its id."""

    process: subprocess.Popen[bytes]
    base: str

    def stop(self) -> int:
        """End it in order; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_S)


@contextmanager
def web_worker(world: World) -> Iterator[WebWorker]:
    """Serve a test's world from another process, with the real clock, for the block's length."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    port = free_port()
    settings = {**world.environment, "ANPING_BIND": f"127.0.0.1:{port}"}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
    with (world.core.settings.data / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-c",
                "deploy/gunicorn.py",
                "server.wsgi:make_app()",
            ],
            cwd=ROOT,
            env={**inherited, **settings},
            stdout=log,
            stderr=log,
        )
    worker = WebWorker(process, f"http://127.0.0.1:{port}")
    try:
        _wait(worker, world)
        yield worker
    finally:
        worker.stop()


def _wait(worker: WebWorker, world: World) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and worker.process.poll() is None:
        try:
            with urllib.request.urlopen(worker.base + "/readyz", timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise AssertionError((world.core.settings.data / "worker.log").read_text(encoding="utf-8"))
