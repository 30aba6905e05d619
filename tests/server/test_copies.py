"""Work in a copy of a process: the copy's status is answered, its memory isn't kept."""

import subprocess
import sys

import pytest

from tests.support.serving import ROOT

pytestmark = pytest.mark.slow
TOLD = """
import sys
from server.supervisor.copies import in_a_copy

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
