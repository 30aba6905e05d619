"""Sessions: `read()` sees a snapshot, `write()` is one immediate transaction.

On SQLite the driver's own locking is switched off: a lock that somebody else holds would stall
gevent's hub for the whole busy timeout, so BEGIN IMMEDIATE is tried again between short sleeps.
Code inside `write()` must not yield (no network, no sleep, no thread pool).
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from server.errors import Busy

LOCK_PATIENCE_S = 4.0
LOCK_PAUSE_S = 0.005


@dataclass(frozen=True)
class Database:
    """One database; cheap to pass around, safe to share between greenlets and threads."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-machine form."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end of the block, rolled back on any error."""
        engine = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session


def open_database(url: str) -> Database:
    """A database by URL. Nothing is created or migrated here."""
    if not url.startswith("sqlite"):
        return Database(create_engine(url, pool_pre_ping=True))
    engine = create_engine(url, connect_args={"timeout": 0, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=0",
        "journal_size_limit=67108864",
    ):
        _patiently(connection, f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        raise Busy
    _patiently(driver, connection.get_execution_options().get("begin", "BEGIN"))


def _patiently(driver: Any, statement: str) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE_S
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
