"""Objects of a start are never scanned by the collector; later ones are."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

START = """
import gc
from server.foundation.runtime.gc_tuning import all_stays
rounds = 0
def count(phase, _info):
    global rounds
    rounds += phase == "start"
gc.callbacks.append(count)
with all_stays():
    import server.accounts.models
assert rounds == 0, rounds
assert gc.isenabled()
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
"""


def test_nothing_is_collected_during_a_start_and_what_it_made_is_set_aside() -> None:
    run = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr


SERVED = """
import gc, runpy
from types import SimpleNamespace
from server.foundation.runtime.gc_tuning import SELDOM
served = runpy.run_path("deploy/gunicorn.py")
served["post_fork"](None, None)
served["post_worker_init"](SimpleNamespace(wsgi=None))
assert gc.isenabled()
assert gc.get_threshold()[:2] == SELDOM, gc.get_threshold()
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
"""


def test_a_serving_process_collects_garbage_seldom() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SERVED], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
