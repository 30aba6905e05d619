"""Memory and processor of all processes of a server are seen from its web worker, by name."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from server.web.metrics.processes import uses
from tests.support.monitoring.printed_metrics import Figures, read
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.server import serving
from tests.support.speed.memory import tree

pytestmark = pytest.mark.slow

FAMILY = """
bash -c 'sleep 600 & echo worker $!; wait' gunicorn &
bash -c 'sleep 600 & bash -c "for i in {1..50000}; do :; done"; echo counted; wait' jobs &
bash -c 'echo demo; sleep 600; true' server.operations.demo &
wait
"""
"""Shells by the names that the server's processes have, each with what it started."""


@pytest.fixture
def worker() -> Iterator[int]:
    """The number of the double of a web worker, once all of them are there."""
    family = subprocess.Popen(
        ["bash", "-c", FAMILY, "server.cli"], stdout=subprocess.PIPE, text=True
    )
    assert family.stdout is not None
    lines = [family.stdout.readline().split() for _ in range(3)]
    yield next(int(line[1]) for line in lines if line[0] == "worker")
    for pid in reversed(tree(family.pid)):
        subprocess.run(["kill", str(pid)], check=False)
    family.wait()
    family.stdout.close()


def test_each_process_is_counted_by_what_it_is_for(worker: int) -> None:
    found = uses(worker)

    counts = {name: one.count for name, one in found.items()}
    assert counts == {"supervisor": 1, "web": 2, "jobs": 2, "demo": 2}
    assert all(one.resident > 100_000 for one in found.values())


def test_the_time_of_ended_processes_stays_with_their_parents(worker: int) -> None:
    found = uses(worker)

    assert found["jobs"].cpu_s > found["demo"].cpu_s


def test_a_process_of_its_own_is_a_web_worker() -> None:
    assert {name: one.count for name, one in uses(os.getpid()).items()} == {"web": 1}


def test_one_that_has_ended_is_left_out(worker: int) -> None:
    subprocess.run(["kill", str(worker)], check=True)

    until("one that has ended", lambda: uses(worker)["web"].count == 0)


@pytest.mark.long
def test_a_server_with_its_jobs_is_seen_whole(tmp_path: Path) -> None:
    with serving(tmp_path) as server:

        def scrape() -> Figures:
            return read(requests.get(f"{server.base}/metrics", timeout=PATIENCE_S).text)

        def is_at_work() -> Figures | None:
            found = scrape()
            jobs = found['anping_processes{process="jobs"}']
            done = found.get('anping_jobs_ended_total{kind="keep_uptime",outcome="done"}', 0)
            return found if jobs > 1 and done else None

        first = until("jobs at work", is_at_work)
        second = scrape()

    processes = {"supervisor": 1, "web": 2}
    assert {name: first[f'anping_processes{{process="{name}"}}'] for name in processes} == processes
    for name in ("supervisor", "web", "jobs"):
        assert first[f'anping_processes_resident_bytes{{process="{name}"}}'] > 10 << 20
        cpu = f'anping_processes_cpu_seconds_total{{process="{name}"}}'
        assert 0 < first[cpu] <= second[cpu]
