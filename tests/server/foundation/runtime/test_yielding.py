"""Work that takes the loop for long begins one by one, and what is ready has its turn between."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent import socket

from server.foundation.runtime.yielding import StaggeredStarts
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import ROOT

FLOOD = 20


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    yield near, far
    near.close()
    far.close()


def order_of(starts: Callable[[], None], line: tuple[socket.socket, socket.socket]) -> list[str]:
    """What ran after what: requests of a flood (f), and bytes of a player (p)."""
    near, far = line
    ran: list[str] = []

    def flood() -> None:
        starts()
        ran.append("f")
        far.send(b"p")  # arrives while this one has the loop

    def player() -> None:
        while ran.count("p") < FLOOD:
            ran.extend(near.recv(FLOOD).decode())

    reader = gevent.spawn(player)
    gevent.joinall([gevent.spawn(flood) for _ in range(FLOOD)])
    reader.join()
    return ran


def test_a_player_is_served_after_each_request_of_a_flood(
    line: tuple[socket.socket, socket.socket],
) -> None:
    assert order_of(StaggeredStarts().wait, line) == ["f", "p"] * FLOOD


def test_without_it_all_of_the_flood_comes_first(
    line: tuple[socket.socket, socket.socket],
) -> None:
    assert order_of(lambda: None, line) == ["f"] * FLOOD + ["p"] * FLOOD


def test_short_ones_begin_together_for_as_long_as_they_may(
    line: tuple[socket.socket, socket.socket],
) -> None:
    ran = order_of(StaggeredStarts(together_s=PATIENCE_S).wait, line)
    assert ran == ["f"] + ["p"] + ["f"] * (FLOOD - 1) + ["p"] * (FLOOD - 1)


def test_one_that_comes_alone_begins_at_once() -> None:
    starts = StaggeredStarts()
    for _ in range(3):
        with gevent.Timeout(0):  # raises if the greenlet waits for the loop at all
            starts.wait()
        gevent.sleep(0.001)


def test_the_first_that_came_begins_first() -> None:
    starts, began = StaggeredStarts(), list[int]()

    def request(number: int) -> None:
        starts.wait()
        began.append(number)

    gevent.joinall([gevent.spawn(request, number) for number in range(FLOOD)])

    assert began == list(range(FLOOD))


PROGRAM = """
from gevent import monkey; monkey.patch_all()
import time, gevent
from server.foundation.runtime.blocking import run_blocking
from server.foundation.runtime.time_slices import run_first
from server.foundation.runtime.yielding import yield_to_loop
run_first()
turns, over, waited = [0], [], []
def compute():
    ends = time.perf_counter() + 0.001
    while time.perf_counter() < ends:
        pass
def goes_on():
    while not over:
        compute()
        yield_to_loop()
        turns[0] += 1
def commit():
    compute()
    return turns[0]
working = gevent.spawn(goes_on)
for _ in range(20):
    done = run_blocking(commit)
    waited.append(turns[0] - done)
over.append(True)
working.join()
print(max(waited))
"""


@pytest.mark.slow
def test_what_a_thread_has_done_is_taken_at_the_next_turn_of_work_that_goes_on() -> None:
    """By `gevent.sleep(0)` instead of `yield_to_loop` some fifty turns later."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
        text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert int(done.stdout) <= 5
