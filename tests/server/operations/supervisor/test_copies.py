"""Work in a copy of a process: the copy's status is answered, its memory isn't kept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.operations.supervisor.forked_work import Confirm, going_on
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow
SCRIPT = """
import sys
from server.operations.supervisor.forked_work import start_copy

def work():
    import wave
    print("done")
    sys.exit({status})

print(start_copy(work).wait(), "wave" in sys.modules)
"""


@pytest.mark.parametrize("status", [0, 69])
def test_its_status_is_answered_and_what_it_read_is_gone(status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(status=status)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.split(), done.stderr) == (["done", str(status), "False"], "")


def test_a_copy_goes_on_when_the_first_work_is_done() -> None:
    copy = going_on(lambda _confirm: None, lambda: time.sleep(600)).copy

    assert copy.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        copy.wait(0.1)
    copy.send_signal(signal.SIGTERM)
    assert copy.wait(PATIENCE_S) == -signal.SIGTERM
    copy.kill()


def test_a_copy_whose_first_work_fails_has_ended_with_its_status() -> None:
    prepared = going_on(lambda _confirm: os._exit(69), lambda: time.sleep(600))

    assert prepared.copy.returncode == 69


def test_what_comes_after_a_text_is_done_once_the_text_was_shown(tmp_path: Path) -> None:
    stored = tmp_path / "stored"

    def first(confirm: Confirm) -> None:
        confirm("一次性密码")
        stored.touch()

    prepared = going_on(first, lambda: time.sleep(600))
    before = prepared.text, stored.exists()
    prepared.confirm()
    until("it is stored", stored.exists)
    prepared.copy.kill()

    assert before == ("一次性密码", False)


def test_a_text_that_nobody_showed_has_nothing_done_after_it(tmp_path: Path) -> None:
    stored = tmp_path / "stored"

    def first(confirm: Confirm) -> None:
        confirm("一次性密码")
        stored.touch()

    prepared = going_on(first, lambda: time.sleep(600))
    os.close(prepared.answering)  # as when the parent ends

    assert prepared.copy.wait(PATIENCE_S) == 0
    assert not stored.exists()
