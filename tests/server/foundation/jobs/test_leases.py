"""A job runs once at a time, comes back when its worker dies, and is given up after three."""

import pytest
from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.jobs import service
from server.foundation.jobs.kinds import Kind, Kinds
from server.foundation.jobs.models import Job
from server.foundation.jobs.runner import run_one, run_ready, sweep
from server.operations.jobs_process.consumer import Shift
from tests.support.app.world import World


def put_in(core: Core, kind: str = "paint", ref: int | str = 7) -> int:
    with core.config.write() as session:
        return service.enqueue(session, kind, ref, core.clock.now_ms())


def row(core: Core, job_id: int) -> Job:
    with core.config.read() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def broken(_core: Core, _job: Job) -> None:
    raise OSError("the disk is full")


NOTHING_HEAVY: Kinds = {"paint": Kind(broken)}


def leased(core: Core, kinds: Kinds = NOTHING_HEAVY) -> Job:
    job = service.lease_next(core, kinds)
    assert job is not None
    return job


def test_a_job_that_still_waits_is_not_doubled(world: World) -> None:
    first = put_in(world.core)

    assert put_in(world.core) == first
    assert put_in(world.core, ref=8) != first


def test_a_change_while_the_job_runs_makes_it_run_again_but_not_beside_itself(
    world: World,
) -> None:
    put_in(world.core)
    running = leased(world.core)
    again = put_in(world.core)

    assert again != running.id
    assert service.lease_next(world.core, NOTHING_HEAVY) is None
    service.finish(world.core, running)
    assert leased(world.core).id == again


def test_two_workers_never_get_the_same_job(world: World) -> None:
    put_in(world.core, ref=1)
    put_in(world.core, ref=2)

    assert leased(world.core).ref != leased(world.core).ref
    assert service.lease_next(world.core, NOTHING_HEAVY) is None


def test_light_work_goes_before_heavy_and_heavy_work_never_takes_all_workers(
    world: World,
) -> None:
    kinds: Kinds = {"encode": Kind(broken, heavy=True)}
    for ref in (1, 2, 3):
        put_in(world.core, "encode", ref)
    put_in(world.core, "paint")

    assert leased(world.core, kinds).kind == "paint"
    assert [leased(world.core, kinds).kind for _ in range(2)] == ["encode", "encode"]
    assert service.lease_next(world.core, kinds) is None


def test_background_jobs_wait_for_all_other_work(world: World) -> None:
    kinds: Kinds = {
        "encode": Kind(broken, heavy=True),
        "catch_up": Kind(broken, heavy=True, waits=True),
    }
    for kind in ("catch_up", "encode", "paint"):
        put_in(world.core, kind)

    order = []
    while (job := service.lease_next(world.core, kinds)) is not None:
        order.append(job.kind)
        service.finish(world.core, job)

    assert order == ["paint", "encode", "catch_up"]


def test_a_delayed_job_waits_for_its_time(world: World) -> None:
    with world.core.config.write() as session:
        service.enqueue(session, "paint", 7, world.core.clock.now_ms(), delay_ms=1_000)

    assert service.lease_next(world.core, NOTHING_HEAVY) is None
    world.clock.forward(1_000)
    assert leased(world.core).kind == "paint"


def test_the_job_of_a_killed_worker_comes_back_when_its_lease_has_run_out(world: World) -> None:
    put_in(world.core)
    lost = leased(world.core)
    kinds: Kinds = {"paint": Kind(lambda _core, _job: None)}

    assert not sweep(world.core, kinds)
    world.clock.forward(service.LEASE_MS + 1)
    assert sweep(world.core, kinds)

    world.clock.forward(service.RETRY_AFTER_MS)
    assert leased(world.core).id == lost.id


def test_a_worker_that_keeps_renewing_keeps_its_job(world: World) -> None:
    put_in(world.core)
    job = leased(world.core)

    world.clock.forward(service.LEASE_MS - 1)
    service.renew(world.core, job, 0.5)
    world.clock.forward(service.LEASE_MS - 1)

    assert not sweep(world.core, {})
    assert row(world.core, job.id).progress == 0.5


def test_a_late_worker_can_neither_renew_nor_finish_what_another_has_taken_over(
    world: World,
) -> None:
    put_in(world.core)
    late = leased(world.core)
    world.clock.forward(service.LEASE_MS + 1)
    sweep(world.core, {})
    world.clock.forward(service.RETRY_AFTER_MS)
    leased(world.core)

    with pytest.raises(service.LeaseLost):
        service.renew(world.core, late)
    service.finish(world.core, late)

    assert row(world.core, late.id).state == "running"


@pytest.mark.slow
def test_a_job_that_breaks_off_is_tried_three_times_then_fails_with_the_reason(
    world: World,
) -> None:
    given_up: list[str] = []
    kinds: Kinds = {"paint": Kind(broken, give_up=lambda _core, job: given_up.append(job.ref))}
    job_id = put_in(world.core)

    ran = 0
    for _ in range(6):
        ran += len(run_ready(world.core, kinds))
        world.clock.forward(60_000)

    failed = row(world.core, job_id)
    assert (ran, failed.state, failed.attempts) == (3, "failed", 3)
    assert failed.error == "OSError: the disk is full"
    assert given_up == ["7"]


@pytest.mark.slow
def test_a_worker_has_had_its_day_once_it_did_something_heavy(world: World) -> None:
    kinds: Kinds = {
        "look": Kind(lambda _core, _job: None),
        "paint": Kind(lambda _core, _job: None, heavy=True),
    }
    shift = Shift(world.core, kinds)
    for _ in range(3):
        put_in(world.core, "look")
        shift.works()
        assert not shift.is_over

    put_in(world.core, "paint")
    put_in(world.core, "look")
    shift.works()

    assert shift.is_over


def test_a_job_that_kills_its_worker_three_times_is_given_up_too(world: World) -> None:
    given_up: list[str] = []
    kinds: Kinds = {"paint": Kind(broken, give_up=lambda _core, job: given_up.append(job.ref))}
    job_id = put_in(world.core)

    for _ in range(3):
        leased(world.core)
        world.clock.forward(60_000)
        sweep(world.core, kinds)
        world.clock.forward(60_000)

    assert row(world.core, job_id).state == "failed"
    assert given_up == ["7"]


def test_an_orderly_interruption_puts_the_job_back_and_counts_for_nothing(world: World) -> None:
    def interrupted(_core: Core, _job: Job) -> None:
        raise KeyboardInterrupt

    job_id = put_in(world.core)

    with pytest.raises(KeyboardInterrupt):
        run_one(world.core, {"paint": Kind(interrupted)}, leased(world.core))

    back = row(world.core, job_id)
    assert (back.state, back.attempts) == ("queued", 0)


def test_ended_jobs_are_forgotten_after_three_days(world: World) -> None:
    job_id = put_in(world.core)
    service.finish(world.core, leased(world.core))
    waiting = put_in(world.core)

    world.clock.forward(service.KEPT_MS + 1)
    service.forget_old(world.core)

    with world.core.config.read() as session:
        assert session.get(Job, job_id) is None
        assert session.get(Job, waiting) is not None
