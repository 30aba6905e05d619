"""The wake-up queue between server and worker: huey in its own file, with row numbers as JSON.

Huey deletes a message before its work begins, so messages are only wake-ups; the table of jobs has
the work and its state.
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
from huey.storage import SqliteStorage

log = structlog.get_logger(__name__)

FILE_NAME = "jobs.db"
KNOCK = "work"
KNOCK_PATIENCE_S = 1.0
KNOCK_PAUSE_S = 0.01
WORKER_PATIENCE_S = 5.0


class JsonSerializer:
    """Messages as JSON instead of pickle: reading one can't execute code."""

    def serialize(self, message: Message) -> bytes:
        """The message as a JSON array."""
        return orjson.dumps([*message])

    def deserialize(self, content: bytes) -> Message:
        """The message that was written by `serialize`."""
        return Message(*orjson.loads(bytes(content)))


class Storage(SqliteStorage):  # type: ignore[misc] # huey has no types
    """Closes a connection that couldn't be set up, as huey's own leaves it to the collector."""

    def _set_journal_mode(self, conn: sqlite3.Connection) -> None:
        try:
            super()._set_journal_mode(conn)
        except sqlite3.Error:
            conn.close()
            raise


class Queue(SqliteHuey):  # type: ignore[misc] # as above
    """Huey on that storage."""

    storage_class = Storage


def open_queue(data: Path, patience_s: float = WORKER_PATIENCE_S) -> Any:
    """The queue in the data folder; `patience_s`: how long its lock may block the thread."""
    return Queue(
        "anping",
        filename=str(data / FILE_NAME),
        results=False,
        serializer=JsonSerializer(),
        timeout=patience_s,
    )


def on_knock(queue: Any, work: Callable[[int], object]) -> Any:
    """Register the handler of wake-ups."""

    # Huey names a message by its function's module; this wrapper has the same name on both sides.
    def knock(job_id: int) -> None:
        work(job_id)

    return queue.task(name=KNOCK)(knock)


def wake_worker(data: Path, job_id: int) -> None:
    """Send a wake-up. If the queue stays locked, the worker finds the row at its next poll.

    A full disk is handled likewise, without waiting.
    """
    deadline = time.monotonic() + KNOCK_PATIENCE_S
    while True:
        try:
            _knock(data, job_id)
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline or "locked" not in str(error):
                log.warning("worker_wakeup_failed", job=job_id, error=str(error))
                return
            # Under gevent this sleep yields, which a wait inside SQLite would not.
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
    """The sending side handles no wake-ups."""
