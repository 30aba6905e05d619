"""The queue between server and worker: huey in a file of its own, carrying row numbers as JSON.

Huey deletes a message before its work begins, so a message is only a knock on the door; what is
to be done, and whether it was done, stands in the table of jobs.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import structlog
from huey import SqliteHuey
from huey.registry import Message

log = structlog.get_logger(__name__)

FILE_NAME = "jobs.db"
KNOCK = "work"
KNOCK_PATIENCE_S = 1.0
KNOCK_PAUSE_S = 0.01
WORKER_PATIENCE_S = 5.0


class JsonSerializer:
    """Messages as JSON, where huey would pickle: reading one can't run code."""

    def serialize(self, message: Message) -> bytes:
        """The message as a JSON array."""
        return orjson.dumps([*message])

    def deserialize(self, content: bytes) -> Message:
        """The message that was written by `serialize`."""
        return Message(*orjson.loads(bytes(content)))


def open_queue(data: Path, patience_s: float = WORKER_PATIENCE_S) -> Any:
    """The queue in the data folder; `patience_s` is how long its lock may block the thread."""
    return SqliteHuey(
        "anping",
        filename=str(data / FILE_NAME),
        results=False,
        serializer=JsonSerializer(),
        timeout=patience_s,
    )


def on_knock(queue: Any, work: Callable[[int], object]) -> Any:
    """Register what a knock does."""

    # Huey names a message by its function's module: this wrapper makes it the same on both sides.
    def knock(job_id: int) -> None:
        work(job_id)

    return queue.task(name=KNOCK)(knock)


def wake_worker(data: Path, job_id: int) -> None:
    """Knock. If the queue stays locked the worker finds the row by itself a little later.

    Where the disk has no room it does so too, and nobody waits for that.
    """
    deadline = time.monotonic() + KNOCK_PATIENCE_S
    while True:
        try:
            _knock(data, job_id)
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline or "locked" not in str(error):
                log.warning("worker not woken", job=job_id, error=str(error))
                return
            # Under gevent this sleep lets others run, which a wait inside SQLite would not.
            time.sleep(KNOCK_PAUSE_S)
        else:
            return


def _knock(data: Path, job_id: int) -> None:
    queue = open_queue(data, patience_s=0)
    try:
        on_knock(queue, _never)(job_id)
    finally:
        queue.storage.close()


def _never(job_id: int) -> None:
    """The knocking side doesn't work."""
