"""The real worker process: killed in the middle of a clip, stopped in order, started again.

Its workers end after heavy jobs, and others take their place.
"""

import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from server.content.models import Asset
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue, wake
from server.operations.jobs_process.consumer import WORKERS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import clip
from tests.support.factories.uploads import upload
from tests.support.patience import PATIENCE_S
from tests.support.processes.jobs_process import processes_of, until, worker
from tests.support.speed.memory import tree

pytestmark = LONG_ON_POSTGRES


@pytest.fixture
def waiting(world: World, tmp_path: Path) -> World:
    """A clip that takes some seconds waits to be processed; it is now."""
    world.clock.at_ms = time.time_ns() // 1_000_000
    answer = upload(sign_in(world), clip(tmp_path / "clip.mp4", seconds=4.0))
    assert answer.status_code == 201
    return world


def job(world: World) -> Job:
    with world.core.config.read() as session:
        return session.scalars(select(Job).where(Job.kind == "process_asset")).one()


def asset(world: World) -> Asset:
    with world.core.config.read() as session:
        return session.scalars(select(Asset)).one()


def in_the_middle(world: World) -> bool:
    found = job(world)
    return found.state == "running" and 0.1 < found.progress < 0.9


def stored_files(world: World) -> set[str]:
    return {path.name for path in (world.core.settings.data / "files").rglob("*") if path.is_file()}


@pytest.mark.long
@pytest.mark.faults
def test_a_clip_whose_worker_was_killed_is_finished_by_the_next_worker_without_half_files(
    waiting: World,
) -> None:
    with worker(waiting) as first:
        until(lambda: in_the_middle(waiting))
        first.send_signal(signal.SIGKILL)
    until(lambda: processes_of(waiting) == [])
    assert asset(waiting).state == "processing"
    assert stored_files(waiting) == set()
    _let_the_lease_run_out(waiting)

    with worker(waiting):
        until(lambda: asset(waiting).state != "processing")

    done = asset(waiting)
    assert done.state == "ready"
    made = {one.digest for one in done.renditions} | {done.thumbnail, done.poster, done.filmstrip}
    assert stored_files(waiting) == made
    assert list((waiting.core.settings.data / "work").iterdir()) == []


@pytest.mark.long
@pytest.mark.faults
def test_a_stopped_worker_puts_its_job_back_and_leaves_nothing_running(
    waiting: World,
) -> None:
    with worker(waiting) as process:
        until(lambda: in_the_middle(waiting))
        process.terminate()
        assert process.wait(timeout=PATIENCE_S) == 0

    until(lambda: processes_of(waiting) == [])
    put_back = job(waiting)
    assert (put_back.state, put_back.attempts) == ("queued", 0)


def is_done(world: World, number: int) -> bool:
    with world.core.config.read() as session:
        return session.get_one(Job, number).state == "done"


def waits(world: World) -> int:
    """How many jobs aren't over."""
    with world.core.config.read() as session:
        query = select(func.count()).where(Job.state.in_(("queued", "running")))
        return session.scalar(query) or 0


@pytest.mark.long
@pytest.mark.faults
def test_a_worker_that_did_something_heavy_is_replaced_by_a_fresh_one(world: World) -> None:
    world.clock.at_ms = time.time_ns() // 1_000_000
    with worker(world) as process:
        # The timetable has much to put in at a first start.
        until(lambda: is_whole(process.pid) and not waits(world))
        there = set(tree(process.pid))
        with world.core.config.write() as session:
            number = enqueue(session, "sweep_files", "by hand", world.clock.now_ms())
        wake(world.core)

        until(lambda: is_done(world, number))
        until(lambda: not there <= set(tree(process.pid)))
        until(lambda: is_whole(process.pid))


def is_whole(consumer: int) -> bool:
    """Itself, its workers and who keeps time."""
    return len(tree(consumer)) == 1 + WORKERS + 1


def _let_the_lease_run_out(world: World) -> None:
    with world.core.config.write() as session:
        session.execute(update(Job).where(Job.state == "running").values(lease_until=0))
