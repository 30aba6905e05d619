"""What the jobs process does: huey's consumer and its processes.

Workers take knocks from the queue and work off the table of jobs. What a heavy kind reads stays in
the memory of the process that did it, up to 30 MB, so such a worker ends once nothing is ready, and
a fresh one takes its place within a second: else each of them would in the end hold what all heavy
kinds need. After other work it stays, and gives back what that freed. One more process keeps time:
it puts in what the timetable says, takes back the jobs of killed workers and knocks if something
waits that nobody was told of. SIGTERM puts running jobs back at once, SIGINT after some seconds.
"""

import gc
import logging
import signal
import sys
from typing import Any

import structlog
from huey.consumer import Consumer, Worker, WorkerRecycle
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from server.app import build_core
from server.foundation.config import WrongSetting, read_settings
from server.foundation.core import Core
from server.foundation.errors import Busy, StorageFull
from server.foundation.jobs.kinds import Kinds, heavy_kinds
from server.foundation.jobs.recurring import Calendar
from server.foundation.jobs.runner import run_ready, sweep
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
    """What a worker process does from its fork on, and whether it has had its day."""

    def __init__(self, core: Core, kinds: Kinds) -> None:
        self._core = core
        self._kinds = kinds
        self.is_over = False

    def works(self) -> None:
        """Do what is ready."""
        ran = run_ready(self._core, self._kinds)
        self.is_over |= not heavy_kinds(self._kinds).isdisjoint(ran)
        if ran and not self.is_over:
            give_back()


class Timekeeper:
    """The process that keeps time, in the place of huey's scheduler, whose methods it has."""

    process_name = "Timekeeper"

    def __init__(self, huey: Any, stop_flag: Any, core: Core) -> None:
        self.huey = huey
        self.stop_flag = stop_flag
        self._core = core
        self._calendar = Calendar(LINES, core.settings.zone)

    def initialize(self) -> None:
        """What huey calls when the process starts."""
        end_with_consumer()

    def loop(self) -> None:
        """One tick, then a second's wait or the end."""
        try:
            self._tick()
        except (SQLAlchemyError, Busy, StorageFull) as error:
            log.warning("tick failed", error=str(error))
        self.stop_flag.wait(TICK_S)

    def shutdown(self) -> None:
        """Nothing is held."""

    def _tick(self) -> None:
        self._calendar.put_in_due(self._core)
        sweep(self._core, KINDS)
        if self.huey.storage.queue_size() == 0:
            wake(self._core)


def end_with_consumer() -> None:
    """End at once when the consumer is killed: huey's processes don't mind a SIGTERM when idle."""
    die_with_parent(signal.SIGKILL)


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    try:
        settings = read_settings()
    except WrongSetting as error:
        sys.exit(f"设置有误 Wrong setting: {error}")
    set_up_logs()
    mark_serving(settings.data)
    # It warns of each worker that is replaced; a job whose worker was killed is told by the sweep.
    logging.getLogger("huey").setLevel(logging.ERROR)
    # No connection is made before the fork, so the processes can share what is built here.
    core = build_core(settings)
    queue = open_queue(settings.data)
    shift = Shift(core, KINDS)
    on_knock(queue, lambda _job_id: shift.works())
    queue.on_startup()(end_with_consumer)
    # Done by the first query otherwise, in each process for itself.
    configure_mappers()
    # What is there stays; the collector's marks on it would make each process a copy of its own.
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
