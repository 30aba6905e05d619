"""Work in a copy of a process: the copy's status is answered, its memory isn't kept."""

import os
import signal
import subprocess
import sys
import time

import pytest

from server.operations.supervisor.forked_work import going_on
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow
TOLD = """
import sys
from server.operations.supervisor.forked_work import in_a_copy

def work():
    import wave
    print("done")
    sys.exit({status})

print(in_a_copy(work), "wave" in sys.modules)
"""


@pytest.mark.parametrize("status", [0, 69])
def test_its_status_is_answered_and_what_it_read_is_gone(status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD.format(status=status)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.split(), done.stderr) == (["done", str(status), "False"], "")


def test_a_copy_goes_on_when_the_first_work_is_done() -> None:
    copy = going_on(lambda: None, lambda: time.sleep(600))

    assert copy.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        copy.wait(0.1)
    copy.send_signal(signal.SIGTERM)
    assert copy.wait(PATIENCE_S) == -signal.SIGTERM
    copy.kill()


def test_a_copy_whose_first_work_fails_has_ended_with_its_status() -> None:
    copy = going_on(lambda: os._exit(69), lambda: time.sleep(600))

    assert copy.returncode == 69
