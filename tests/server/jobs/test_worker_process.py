"""The real worker process: killed in the middle of a clip, stopped in order, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.jobs.models import Job
from server.library.models import Asset
from tests.support.people import sign_in
from tests.support.samples import clip
from tests.support.uploads import upload
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def waiting(world: World, tmp_path: Path) -> World:
    """A clip that takes some seconds waits to be processed; it is now."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    answer = upload(sign_in(world), clip(tmp_path / "clip.mp4", seconds=4.0))
    assert answer.status_code == 201
    return world


@contextmanager
def worker(world: World) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, **world.environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "server.jobs.worker"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(happens: Callable[[], bool], seconds: float = 150.0) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def job(world: World) -> Job:
    with world.core.config.read() as session:
        return session.scalars(select(Job).where(Job.kind == "process_asset")).one()


def asset(world: World) -> Asset:
    with world.core.config.read() as session:
        return session.scalars(select(Asset)).one()


def in_the_middle(world: World) -> bool:
    found = job(world)
    return found.state == "running" and 0.1 < found.progress < 0.9


def processes_of(world: World) -> list[str]:
    """Command lines that still work in the data folder of this world."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(world.core.settings.data) in command:
            found.append(command)
    return found


def stored_files(world: World) -> set[str]:
    return {path.name for path in (world.core.settings.data / "files").rglob("*") if path.is_file()}


@pytest.mark.faults
def test_a_clip_whose_worker_was_killed_is_finished_by_the_next_worker_without_half_files(
    waiting: World,
) -> None:
    with worker(waiting) as first:
        until(lambda: in_the_middle(waiting))
        first.send_signal(signal.SIGKILL)
    until(lambda: processes_of(waiting) == [], 20)
    assert asset(waiting).state == "processing"
    assert stored_files(waiting) == set()
    _let_the_lease_run_out(waiting)

    with worker(waiting):
        until(lambda: asset(waiting).state != "processing")

    done = asset(waiting)
    assert done.state == "ready"
    made = {one.digest for one in done.renditions} | {done.thumbnail, done.poster}
    assert stored_files(waiting) == made
    assert list((waiting.core.settings.data / "work").iterdir()) == []


@pytest.mark.faults
def test_a_worker_that_is_told_to_stop_puts_its_job_back_and_leaves_nothing_running(
    waiting: World,
) -> None:
    with worker(waiting) as process:
        until(lambda: in_the_middle(waiting))
        process.terminate()
        assert process.wait(timeout=10) == 0

    until(lambda: processes_of(waiting) == [], 20)
    put_back = job(waiting)
    assert (put_back.state, put_back.attempts) == ("queued", 0)


def _let_the_lease_run_out(world: World) -> None:
    with world.core.config.write() as session:
        session.execute(update(Job).where(Job.state == "running").values(lease_until=0))
