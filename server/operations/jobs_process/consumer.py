"""The jobs process: huey's consumer and its worker processes.

Workers are woken by the queue and process the table of jobs. Memory of a heavy kind's modules, up
to 30 MB, stays in its process, so after one the worker ends once nothing is ready, and is replaced
within a second; otherwise each worker would in the end hold the memory of all heavy kinds. What a
heavy job freed goes back to the system before the next one. After light jobs the worker continues,
and returns freed memory. One more process is the scheduler: it enqueues
recurring jobs, requeues jobs of killed workers, and wakes workers for waiting jobs. SIGTERM
requeues running jobs at once, SIGINT after some seconds.
"""

import gc
import logging
import signal
import sys
from collections.abc import Collection
from typing import Any

import structlog
from huey.consumer import Consumer, Worker, WorkerRecycle
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from server.app import build_core
from server.foundation.config import WrongSetting, read_settings
from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull
from server.foundation.jobs.kinds import Kinds, heavy_kinds, urgent_kinds
from server.foundation.jobs.recurring import Calendar
from server.foundation.jobs.runner import run_each, sweep
from server.foundation.jobs.service import wake
from server.foundation.jobs.wakeup import on_knock, open_queue
from server.foundation.runtime.data_folder_lock import mark_serving
from server.foundation.runtime.gc_tuning import give_back
from server.foundation.runtime.logs import set_up_logs
from server.operations.jobs_process.timetable import KINDS, LINES
from server.operations.supervisor.parent_death import die_with_parent

log = structlog.get_logger(__name__)

WORKERS = 3  # one is left for light work while two are busy with media
POLL_S = 0.2
TICK_S = 1.0
REPLACED_AFTER_S = 1
LAST_SECONDS = 5


class Shift:
    """A worker process from its fork on, and whether it should be replaced."""

    def __init__(self, core: Core, kinds: Kinds) -> None:
        self._core = core
        self._kinds = kinds
        self.is_over = False

    def works(self) -> None:
        """Run all ready jobs."""
        heavy, ran = heavy_kinds(self._kinds), False
        for kind in run_each(self._core, self._kinds):
            ran = True
            if kind in heavy:
                self.is_over = True
                give_back()
        if ran and not self.is_over:
            give_back()


class Timekeeper:
    """The scheduler process, in place of huey's scheduler, with its methods."""

    process_name = "Timekeeper"

    def __init__(self, huey: Any, stop_flag: Any, core: Core) -> None:
        self.huey = huey
        self.stop_flag = stop_flag
        self._core = core
        self._calendar = Calendar(LINES, core.settings.zone)

    def initialize(self) -> None:
        """Called by huey when the process starts."""
        end_with_consumer()

    def loop(self) -> None:
        """One tick, then wait for a second or the end."""
        try:
            self._tick()
        except (SQLAlchemyError, Busy, StorageFull) as error:
            log.warning("scheduler_tick_failed", error=str(error))
        self.stop_flag.wait(TICK_S)

    def shutdown(self) -> None:
        """Nothing to release."""

    def _tick(self) -> None:
        try:
            self._calendar.put_in_due(self._core)
            sweep(self._core, KINDS)
        except StorageFull:
            self._wake(urgent_kinds(KINDS))
            raise
        self._wake()

    def _wake(self, only: Collection[str] | None = None) -> None:
        if self.huey.storage.queue_size() == 0:
            wake(self._core, only)


def end_with_consumer() -> None:
    """End when the consumer is killed: idle huey processes ignore SIGTERM."""
    die_with_parent(signal.SIGKILL)


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    try:
        settings = read_settings()
    except WrongSetting as error:
        sys.exit(f"设置有误 Wrong setting: {error}")
    set_up_logs(settings.log_level)
    mark_serving(settings.data)
    # huey warns of each replaced worker; jobs of killed workers are logged by the sweep.
    logging.getLogger("huey").setLevel(logging.ERROR)
    # No connection is opened before the fork, so processes can share these objects.
    core = build_core(settings)
    queue = open_queue(settings.data)
    shift = Shift(core, KINDS)
    on_knock(queue, lambda _job_id: shift.works())
    queue.on_startup()(end_with_consumer)
    # Otherwise done by the first query, in each process separately.
    configure_mappers()
    # Freeze existing objects: the collector's marks would copy their pages in each process.
    gc.freeze()
    _consumer(queue, core, shift).run()


def _consumer(queue: Any, core: Core, shift: Shift) -> Consumer:
    class OneShift(Worker):  # type: ignore[misc] # huey has no types
        def loop(self, now: Any = None) -> None:
            super().loop(now)
            if shift.is_over:
                raise WorkerRecycle

    class Ours(Consumer):  # type: ignore[misc] # as above
        def _create_worker(self) -> Worker:
            return OneShift(self.huey, self.stop_flag, POLL_S, POLL_S, backoff=1.0)

        def _create_scheduler(self) -> Timekeeper:
            return Timekeeper(self.huey, self.stop_flag, core)

    return Ours(
        queue,
        workers=WORKERS,
        worker_type="process",
        initial_delay=POLL_S,
        max_delay=POLL_S,
        health_check_interval=REPLACED_AFTER_S,
        shutdown_timeout=LAST_SECONDS,
    )
