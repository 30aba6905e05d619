"""Runs jobs: lease, work, finish; the same code in the worker and in tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull
from server.foundation.jobs import service
from server.foundation.jobs.kinds import Kinds, first_kinds, heavy_kinds, waiting_kinds
from server.foundation.jobs.models import Job
from server.foundation.jobs.service import LeaseLost

log = structlog.get_logger(__name__)

RENEW_EVERY_S = 5.0
WORKER_DIED = "the worker was killed while it ran"


def run_ready(core: Core, kinds: Kinds) -> list[str]:
    """Work until nothing is ready; returns the kinds of the jobs that were run, in order."""
    ran: list[str] = []
    ranks = heavy_kinds(kinds), waiting_kinds(kinds), first_kinds(kinds)
    while (job := service.lease_next(core, *ranks)) is not None:
        run_one(core, kinds, job)
        ran.append(job.kind)
    return ran


def run_one(core: Core, kinds: Kinds, job: Job) -> None:
    """Do one leased job and note how it ended."""
    bound = log.bind(job=job.id, kind=job.kind, ref=job.ref, attempt=job.attempts)
    bound.info("job begins")
    try:
        with _held(core, job):
            kinds[job.kind].run(core, job)
    except KeyboardInterrupt:
        bound.info("job interrupted")
        service.release(core, job)
        raise
    except LeaseLost:
        bound.warning("job taken over by another worker")
    except Exception as error:  # noqa: BLE001 - the outermost loop of a worker: whatever it was, the next job must run
        bound.error("job broke off", exc_info=error)
        _broke_off(core, kinds, job, f"{type(error).__name__}: {error}")
    else:
        service.finish(core, job)
        bound.info("job done")


def sweep(core: Core, kinds: Kinds) -> bool:
    """Take back the jobs of workers that died. True if there were any."""
    lost = service.lost(core)
    for job in lost:
        log.warning("job lost its worker", job=job.id, kind=job.kind, attempt=job.attempts)
        _broke_off(core, kinds, job, WORKER_DIED)
    return bool(lost)


def _broke_off(core: Core, kinds: Kinds, job: Job, error: str) -> None:
    """Try again later, or give up: the object is told first, so that a kill here loses nothing."""
    tell = kinds[job.kind].give_up if job.kind in kinds else None
    if service.is_last_attempt(job) and tell is not None:
        try:
            tell(core, job)
        except Exception as failure:  # the sweep comes by here again
            log.error("giving up broke off", job=job.id, kind=job.kind, exc_info=failure)
            return
    service.fail(core, job, error)


@contextmanager
def _held(core: Core, job: Job) -> Iterator[None]:
    """Renew the lease in a thread of its own while the block runs."""
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
