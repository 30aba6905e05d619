"""The loop runs as soon as it wakes, and what computes beside it runs behind it."""

import os
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from server.foundation.runtime import time_slices
from server.foundation.runtime.time_slices import (
    LONG_US,
    SHORT_US,
    run_behind,
    run_first,
    slice_us,
)
from tests.support.app.world import World
from tests.support.processes.web_worker import web_worker


def in_a_thread(work: Callable[[], object]) -> object:
    """The result of work in a thread of its own, which takes what it was given with it."""
    found = list[object]()
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def shown() -> tuple[int | None, int]:
    return slice_us(), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    before_s = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before_s)


@pytest.fixture
def _slices() -> None:
    if in_a_thread(lambda: run_first() and slice_us() == SHORT_US) is not True:
        pytest.skip("this kernel has no slices of threads' own (Linux 6.12 and later has)")


@pytest.mark.usefixtures("_slices")
def test_a_thread_has_short_slices_or_long_ones_at_low_priority() -> None:
    assert in_a_thread(lambda: run_first() and shown()) == (SHORT_US, 0)
    assert in_a_thread(lambda: run_behind(10) and shown()) == (LONG_US, 10)


def test_where_there_are_none_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "another")
    assert time_slices.run_first() is False
    assert slice_us() is None


@pytest.mark.slow
@pytest.mark.usefixtures("_slices")
def test_the_loop_that_acknowledges_plays_runs_first(world: World) -> None:
    with web_worker(world) as web:
        assert slice_us(web.pid) == SHORT_US


def test_a_thread_that_computes_gives_the_interpreter_up_within_a_millisecond() -> None:
    run_first()
    assert sys.getswitchinterval() < 0.001
