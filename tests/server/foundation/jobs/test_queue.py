"""The queue carries nothing but a row's number, as JSON."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from server.foundation.jobs import service
from server.foundation.jobs.wakeup import FILE_NAME, on_knock, open_queue
from tests.support.app.world import World


def test_a_knock_is_json_with_the_row_number_and_reaches_the_worker(world: World) -> None:
    with world.core.config.write() as session:
        job_id = service.enqueue(session, "paint", 7, world.core.clock.now_ms())
    received: list[int] = []

    service.wake(world.core)

    queue = open_queue(world.core.settings.data)
    on_knock(queue, received.append)
    [content] = queue.storage.enqueued_items()
    assert orjson.loads(content)[6] == [job_id]
    queue.execute(queue.dequeue())
    assert received == [job_id]
    queue.storage.close()


def test_nobody_is_woken_when_nothing_waits(world: World) -> None:
    service.wake(world.core)

    assert not (world.core.settings.data / FILE_NAME).exists()


@pytest.mark.slow
def test_a_queue_that_stays_locked_neither_fails_nor_holds_up_callers(
    world: World,
) -> None:
    with world.core.config.write() as session:
        service.enqueue(session, "paint", 7, world.core.clock.now_ms())
    service.wake(world.core)
    holder = sqlite3.connect(world.core.settings.data / FILE_NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    service.wake(world.core)

    holder.execute("ROLLBACK")
    waiting = holder.execute("SELECT count(*) FROM task").fetchone()[0]
    holder.close()
    assert waiting == 1


def test_a_queue_that_could_not_be_opened_leaves_no_connection(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked") as refused:
            open_queue(tmp_path, patience_s=0)
        holder.execute("ROLLBACK")

        # While the error is held, what its frames hold isn't collected.
        assert refused.traceback
        assert len(opened(tmp_path / FILE_NAME)) == 1


def opened(path: Path) -> list[str]:
    """Descriptors of this process for a file."""
    links = Path("/proc/self/fd").iterdir()
    return [one.name for one in links if os.path.realpath(one) == os.path.realpath(path)]
