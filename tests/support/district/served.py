"""Serves a finished district by the production web server, with a clock that goes on from then.

`make_app` is what gunicorn loads: the application as in production, but that its clock is behind
(or ahead of) the machine's by ANPING_TESTS_CLOCK_MS. Only tests and pictures use it.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import requests
from apiflask import APIFlask

from server.app import create_app, start_live_parts
from server.foundation.config import read_settings
from server.foundation.runtime.logs import set_up_logs
from tests.support.district.inventory import District
from tests.support.processes.server import ROOT, free_port
from tests.support.processes.web_worker import WebWorker, inherited_environment

SHIFT = "ANPING_TESTS_CLOCK_MS"
BEAT_S = 20.0
READY_S = 180.0
ANSWER_S = 30.0


@dataclass(frozen=True)
class ShiftedClock:
    """The machine's clock, so many milliseconds later."""

    by_ms: int

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000 + self.by_ms

    def exact_ms(self) -> float:
        """The same with fractions."""
        return time.time_ns() / 1_000_000 + self.by_ms


def make_app() -> APIFlask:
    """The application with its live parts running."""
    shift = int(os.environ.pop(SHIFT))
    set_up_logs()
    app = create_app(read_settings(), ShiftedClock(shift))
    start_live_parts(app)
    return app


@contextmanager
def serving_district(here: District, silent: tuple[str, ...] = ()) -> Iterator[WebWorker]:
    """The district on a free port; its players (but the silent) give signs of life meanwhile."""
    shift_ms = here.world.clock.now_ms() - time.time_ns() // 1_000_000
    port = free_port()
    data = here.world.core.settings.data
    settings = {
        **here.world.environment,
        "ANPING_BIND": f"127.0.0.1:{port}",
        SHIFT: str(shift_ms),
    }
    program = ["-m", "gunicorn", "-c", "deploy/gunicorn.py"]
    with (data / "served.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *program, "tests.support.district.served:make_app()"],
            cwd=ROOT,
            env={**inherited_environment(), **settings},
            stdout=log,
            stderr=log,
        )
    worker = WebWorker(process, f"http://127.0.0.1:{port}", data / "served.log")
    over = threading.Event()
    try:
        _wait(worker, data / "served.log")
        beats = threading.Thread(target=_beat, args=(here, worker.base, silent, over), daemon=True)
        _beat_once(here, worker.base, silent)
        beats.start()
        yield worker
    finally:
        over.set()
        worker.stop()


def _beat(here: District, base: str, silent: tuple[str, ...], over: threading.Event) -> None:
    while not over.wait(BEAT_S):
        # An answer that a busy machine gave too late is no reason to fall silent for good.
        with suppress(requests.RequestException):
            _beat_once(here, base, silent)


def _beat_once(here: District, base: str, silent: tuple[str, ...]) -> None:
    for name, player in here.players.items():
        if name in silent:
            continue
        requests.post(
            f"{base}/api/v1/player/beat",
            json=player.player.beat(),
            headers={"Authorization": f"Bearer {player.player.token}"},
            timeout=ANSWER_S,
        )


def _wait(worker: WebWorker, log: object) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and worker.process.poll() is None:
        try:
            if requests.get(worker.base + "/readyz", timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(str(log))
