"""Work outside the event loop: its caller gets the result, and nobody else."""

import subprocess
import sys

import pytest

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
