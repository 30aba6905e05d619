"""Work outside the event loop: its caller gets the result, and nobody else."""

import subprocess
import sys

import pytest

from tests.support.patience import PATIENCE_S
from tests.support.processes.server import ROOT

# Its own process, as gevent takes the standard library's place for good.
PROGRAM = """
from gevent import monkey; monkey.patch_all()
import threading
from server.foundation.runtime.blocking import Lane, is_on_the_loop, run_blocking

def fail():
    raise OSError("no room")

assert is_on_the_loop()
do = {do}
assert do(threading.get_native_id) != threading.get_native_id()
try:
    do(fail)
except OSError as error:
    print("got", error)
"""


@pytest.mark.slow
@pytest.mark.parametrize("do", ["run_blocking", "Lane(2).run"])
def test_a_failure_reaches_its_caller_and_is_logged_nowhere_else(do: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(do=do)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr, done.returncode) == ("got no room\n", "", 0)


LOCKED_APART = """
from gevent import monkey; monkey.patch_all()
import threading, time
import gevent
from server.foundation.runtime.blocking import Lane, run_blocking

do, lock = {do}, threading.Lock()
held, wanted = threading.Event(), threading.Event()

def hold():
    time.sleep(0.001)  # which makes a hub of this thread's own
    with lock:
        held.set()
        while not wanted.is_set():
            pause(0.001)

def want():
    wanted.set()
    with lock:
        print("got it")

pause = monkey.get_original("time", "sleep")
holds = gevent.spawn(do, hold)
held.wait()
gevent.joinall([holds, gevent.spawn(want)], timeout={patience})
"""


@pytest.mark.slow
@pytest.mark.parametrize("do", ["run_blocking", "Lane(2, keeps_sockets=True).run"])
def test_who_waits_on_the_loop_for_a_lock_held_apart_gets_it_when_the_work_is_done(do: str) -> None:
    """Also where the work slept, so that its thread has a hub, which nobody runs afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", LOCKED_APART.format(do=do, patience=PATIENCE_S / 10)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr, done.returncode) == ("got it\n", "", 0)
