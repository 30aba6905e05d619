"""Under gevent the committer's work leaves the loop free for others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import ROOT

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]

PROGRAM = """
from gevent import monkey; monkey.patch_all()
import sys, time, gevent, threading
from server.foundation.db.session import open_database
from server.foundation.db.migrate import upgrade
from server.foundation.runtime.time_slices import share_interpreter
from server.foundation.runtime.yielding import yield_to_loop
from server.playlog.store.group_commit import Committer
share_interpreter()
plays = open_database("sqlite:///" + sys.argv[1])
upgrade(plays, "plays")
committer = Committer(plays)
loop, turns, threads, told, between = threading.get_native_id(), [0], set(), [], set()
def tick():
    while len(told) < 100:
        turns[0] += 1
        yield_to_loop()
def work(tx):
    threads.add(threading.get_native_id() == loop)
    between.add(turns[0])
    ends = time.perf_counter() + 0.001
    while time.perf_counter() < ends:
        pass
brief = sys.argv[2] == "brief"
def submit(number):
    committer.submit(work, brief=brief)
    told.append(number)
committer.start()
begun = [gevent.spawn(submit, number) for number in range(100)]
ticking = gevent.spawn(tick)
gevent.joinall([*begun, ticking])
committer.stop()
print(len(between), threads)
"""


@pytest.mark.long
@pytest.mark.parametrize(("kind", "where"), [("brief", "{True}"), ("long", "{False}")])
def test_others_run_between_and_beside_commits(tmp_path: Path, kind: str, where: str) -> None:
    """Brief work on the loop, cut into turns; what may be long in a thread."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "plays.db"), kind],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
        text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    between, _, threads = done.stdout.strip().partition(" ")
    assert int(between) >= 20
    assert threads == where


BUSY = """
from gevent import monkey; monkey.patch_all()
import sys, gevent, _thread
from server.foundation.runtime.blocking import run_blocking
from server.foundation.db.session import open_database
from server.foundation.db.migrate import upgrade
from server.playlog.store.group_commit import Committer
plays = open_database("sqlite:///" + sys.argv[1])
upgrade(plays, "plays")
committer = Committer(plays)
committer.start()
locks = []
for _ in range(gevent.get_hub().threadpool.maxsize):
    lock = monkey.get_original("_thread", "allocate_lock")()
    lock.acquire()
    locks.append(lock)
held = [gevent.spawn(run_blocking, lock.acquire) for lock in locks]
gevent.sleep(0.1)
print(committer.submit(lambda tx: tx.aside(lambda tx: tx.number("SELECT 7")), brief=True))
print(committer.submit(lambda tx: tx.number("SELECT 8")))
print(sum(one.ready() for one in held))
for lock in locks:
    lock.release()
committer.stop()
"""


def test_what_people_ask_for_can_hold_every_thread_but_the_committers(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUSY, str(tmp_path / "plays.db")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
        text=True, timeout=PATIENCE_S,
    )  # fmt: skip

    assert done.stdout.split() == ["7", "8", "0"]
