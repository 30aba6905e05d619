"""SQLite, for one machine.

The driver's own locking is switched off: waiting for a lock would block gevent's hub for the whole
busy timeout, so BEGIN IMMEDIATE is retried between short sleeps.
"""

import json
import sqlite3
import time
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event

from server.foundation.db.write_waits import Waits
from server.foundation.errors import Busy
from server.foundation.lock_patience import waiting

LOCK_PAUSE_S = 0.005
BEGIN = "BEGIN IMMEDIATE"
WRITING = {"begin": BEGIN}


def make_engine(url: str, waits: Waits, *, reads_alone: bool = False) -> Engine:
    """An engine whose transactions begin as their connection's options specify.

    With `reads_alone` the database rejects all writes.
    """
    engine = create_engine(
        _read_only(url) if reads_alone else url,
        connect_args={"timeout": 0, "check_same_thread": False},
        json_deserializer=read_json,
    )
    event.listen(engine, "connect", _prepare_to_read if reads_alone else _prepare)
    event.listen(engine, "begin", partial(_begin, waits))
    return engine


def read_json(text: str) -> Any:
    """Parse a JSON column; lists of thousands of screens parse five for each.

    msgspec keeps integers of any size, which orjson converts to floats.
    """
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:  # infinity, or half a surrogate pair
        return json.loads(text)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=0",
        "journal_size_limit=67108864",
        # Assignments and receipts write the same pages thousands of times: one checkpoint for all.
        "wal_autocheckpoint=4000",
    ):
        _patiently(connection, f"PRAGMA {pragma}")


def _prepare_to_read(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("query_only=ON", "busy_timeout=0"):
        connection.execute(f"PRAGMA {pragma}")


def _read_only(url: str) -> str:
    path = quote(url.removeprefix("sqlite:///"))
    return f"sqlite:///file:{path}?mode=ro&uri=true"


def _begin(waits: Waits, connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        raise Busy
    statement = connection.get_execution_options().get("begin", "BEGIN")
    if statement != BEGIN:
        _patiently(driver, statement)
        return
    with waits.timed():
        _patiently(driver, statement)


def _patiently(driver: Any, statement: str) -> None:
    with waiting() as patience_s:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                driver.execute(statement)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                if time.monotonic() > deadline:
                    raise Busy from error
                time.sleep(LOCK_PAUSE_S)
            else:
                return
