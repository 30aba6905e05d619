"""Two web workers of one machine ask the same reading process: both are served, both get over its
death.

Which worker answers is settled by stopping the other, as the kernel gives a connection to either.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.api_contract.fuzzing import bearer, token_of
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World
from tests.support.devices.socket_player import BOOT
from tests.support.many import WORKERS, Park, park
from tests.support.patience import PATIENCE_S, until
from tests.support.speed.memory import tree

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

READING = b"server.operations.reading_process.process"
REPORT = "/api/v1/reports/delivery?from=2026-01-01&to=2026-01-02"
OFFICER = "officer"
PLAY = {
    "boot": BOOT, "first": 1, "manifest": None, "clock": None, "assets": ["f" * 64],
    "segment": [-1], "cycle": [-1], "slot": [-1], "asset": [0], "start_ms": [1], "shown_ms": [500],
    "state": [0], "cause": [4], "error": [None],
}  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Park]:
    with park(tmp_path, prepare=with_an_officer) as one:
        yield one


def with_an_officer(world: World) -> None:
    """Somebody who reads reports."""
    sign_in(world, "publicity", username=OFFICER)


def reading_process(made: Park) -> int:
    """The one that there is."""
    (found,) = (
        pid
        for pid in tree(made.server.process.pid)
        if READING in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return found


@contextmanager
def alone(made: Park, worker: int) -> Iterator[None]:
    """The other worker is suspended, so that this one answers."""
    (other,) = (pid for pid in made.workers() if pid != worker)
    os.kill(other, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(other, signal.SIGCONT)


def test_both_are_served_and_both_get_over_the_death_of_the_reading_process(made: Park) -> None:
    screens = [make_screen(made.world) for _ in range(WORKERS)]
    token = token_of(made.server.base, OFFICER, PASSWORD)

    def asked() -> requests.Response:
        return requests.get(made.server.base + REPORT, headers=bearer(token), timeout=PATIENCE_S)

    def hands_in(screen: BoundScreen, first: int) -> int:
        play = {**PLAY, "first": first, "start_ms": [first]}
        url = made.server.base + "/api/v1/player/plays"
        answer = requests.post(url, json=play, headers=screen.headers, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["upto"])

    first = reading_process(made)
    for worker in made.workers():
        with alone(made, worker):
            assert asked().status_code == 200

    os.kill(first, signal.SIGSTOP)  # so that the supervisor doesn't bring another one yet
    for worker, screen in zip(made.workers(), screens, strict=True):
        with alone(made, worker):
            assert hands_in(screen, 1) == 1
    os.kill(first, signal.SIGKILL)

    for worker, screen in zip(made.workers(), screens, strict=True):
        with alone(made, worker):
            until("reports are back", lambda: asked().status_code == 200)
            assert hands_in(screen, 2) == 2
    assert reading_process(made) != first
