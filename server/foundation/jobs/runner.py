"""Runs jobs: lease, run, finish; used by the worker and by tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import structlog

from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull
from server.foundation.jobs import service
from server.foundation.jobs.kinds import Kinds, urgent_kinds
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import LeaseLost
from server.foundation.storage.reserve import urgent

log = structlog.get_logger(__name__)

RENEW_EVERY_S = 5.0
WORKER_DIED = "the worker was killed while it ran"


def run_ready(core: Core, kinds: Kinds) -> list[str]:
    """Run jobs until none is ready; returns their kinds, in order."""
    return list(run_each(core, kinds))


def run_each(core: Core, kinds: Kinds) -> Iterator[str]:
    """Run jobs until none is ready, and yield the kind of each once it ran."""
    while (job := _next(core, kinds)) is not None:
        with urgent() if job.kind in urgent_kinds(kinds) else nullcontext():
            run_one(core, kinds, job)
        yield job.kind


def _next(core: Core, kinds: Kinds) -> Job | None:
    """Lease the next job, None if none is ready; urgent kinds only while the disk is full."""
    try:
        return service.lease_next(core, kinds)
    except StorageFull:
        with urgent():
            return service.lease_next(core, kinds, only=urgent_kinds(kinds))


def run_one(core: Core, kinds: Kinds, job: Job) -> None:
    """Run one leased job and record its outcome."""
    bound = log.bind(job=job.id, kind=job.kind, ref=job.ref, attempt=job.attempts)
    bound.info("job_started")
    try:
        with _held(core, job):
            kinds[job.kind].run(core, job)
    except KeyboardInterrupt:
        bound.info("job_interrupted")
        service.release(core, job)
        raise
    except LeaseLost:
        bound.warning("job_lease_lost")
    except Exception as error:  # noqa: BLE001 - the outermost loop of a worker: whatever it was, the next job must run
        bound.error("job_failed", exc_info=error)
        _broke_off(core, kinds, job, f"{type(error).__name__}: {error}")
    else:
        service.finish(core, job)
        bound.info("job_finished")


def sweep(core: Core, kinds: Kinds) -> bool:
    """Requeue the jobs of dead workers. True if there were any."""
    lost = service.lost(core)
    for job in lost:
        log.warning("job_worker_lost", job=job.id, kind=job.kind, attempt=job.attempts)
        _broke_off(core, kinds, job, WORKER_DIED)
    return bool(lost)


def _broke_off(core: Core, kinds: Kinds, job: Job, error: str) -> None:
    """Retry later, or give up: the object is marked first, so that a kill here loses nothing."""
    give_up = kinds[job.kind].give_up if job.kind in kinds else None
    if service.is_last_attempt(job) and give_up is not None:
        try:
            give_up(core, job)
        except Exception as failure:  # the sweep retries it
            log.error("job_give_up_failed", job=job.id, kind=job.kind, exc_info=failure)
            return
    service.fail(core, job, error)


@contextmanager
def _held(core: Core, job: Job) -> Iterator[None]:
    """Renew the lease in a thread while the block runs."""
    over = threading.Event()

    def renew_until_over() -> None:
        while not over.wait(RENEW_EVERY_S):
            try:
                service.renew(core, job)
            except (Busy, StorageFull):
                continue
            except LeaseLost:
                return

    thread = threading.Thread(target=renew_until_over, name=f"lease-{job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
