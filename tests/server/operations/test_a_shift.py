"""A worker's shift: what a heavy job freed is the system's again before the next one begins."""

import pytest

from server.foundation.core import Core
from server.foundation.jobs.kinds import Kind
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import enqueue
from server.operations.jobs_process import consumer
from server.operations.jobs_process.consumer import Shift
from tests.support.app.world import World


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a shift did, in order."""
    done: list[str] = []
    monkeypatch.setattr(consumer, "give_back", lambda: done.append("memory given back"))
    return done


def shift_of(world: World, order: list[str], *, heavy: bool) -> Shift:
    """With two jobs that are ready."""

    def run(_core: Core, job: Job) -> None:
        order.append(job.ref)

    with world.core.config.write() as session:
        for ref in ("first", "second"):
            enqueue(session, "paint", ref, world.clock.now_ms())
    return Shift(world.core, {"paint": Kind(run, heavy=heavy)})


def test_memory_is_given_back_after_each_heavy_job_and_the_worker_is_replaced(
    world: World, order: list[str]
) -> None:
    shift = shift_of(world, order, heavy=True)

    shift.works()

    assert order == ["first", "memory given back", "second", "memory given back"]
    assert shift.is_over


def test_after_light_jobs_memory_is_given_back_once_and_the_worker_goes_on(
    world: World, order: list[str]
) -> None:
    shift = shift_of(world, order, heavy=False)

    shift.works()

    assert order == ["first", "second", "memory given back"]
    assert not shift.is_over


def test_nothing_is_given_back_when_nothing_was_ready(world: World, order: list[str]) -> None:
    shift = shift_of(world, order, heavy=False)
    shift.works()
    order.clear()

    shift.works()

    assert order == []
