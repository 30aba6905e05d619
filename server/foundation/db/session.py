"""Sessions: `read()` sees a snapshot, `write()` is one transaction, and the only one that writes.

Code inside `write()` must not yield (no network, no sleep, no thread pool).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from server.foundation.db import postgres, sqlite
from server.foundation.db.change_tracking import Told, WritingSession
from server.foundation.db.write_waits import Waits
from server.foundation.errors import Busy, StorageFull
from server.foundation.storage.reserve import is_full

Admit = Callable[[], None]
"""Asked before a transaction that writes begins; raises StorageFull while it has to wait."""


def always() -> None:
    """Let every transaction begin."""


class ReadsAlone(Exception):
    """Something wants to write in a process that only reads: a defect."""


@dataclass(frozen=True)
class Database:
    """One database, or one schema of it; safe to share between greenlets and threads.

    `listeners` hear of what each `write()` has changed; `waits` has how long they
    waited for their turn; `admit` may keep one from beginning. One that `reads_alone` is opened so
    that nothing can be written through it.
    """

    engine: Engine
    schema: str | None = None
    listeners: list[Told] = field(default_factory=list, compare=False)
    waits: Waits = field(default_factory=Waits, compare=False)
    admit: Admit = field(default=always, compare=False)
    reads_alone: bool = False

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-machine form."""
        return self.engine.dialect.name == "sqlite"

    @property
    def writer(self) -> Engine:
        """The same engine, whose transactions exclude each other as those of `write()` do."""
        options = sqlite.WRITING if self.is_sqlite else postgres.WRITING
        return self.engine.execution_options(**options)

    @property
    def begin_reading(self) -> str:
        """How a snapshot begins in plain SQL."""
        return "BEGIN" if self.is_sqlite else postgres.BEGIN_READING

    @property
    def begin_writing(self) -> tuple[str, ...]:
        """How a transaction like those of `write()` begins in plain SQL."""
        return (sqlite.BEGIN,) if self.is_sqlite else postgres.begin_alone(self.schema)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing. Raises Busy if the database can't be reached."""
        engine = self.engine
        if not self.is_sqlite:
            engine = engine.execution_options(**postgres.READING)
        with away_is_busy(), Session(engine, expire_on_commit=False) as session:
            yield session

    def first(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of a query by itself, `?` for each value; as `all`."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query by itself, at a tenth of a session's cost.

        It goes to the driver, as each player that comes back and each second asks some. Raises
        Busy if the database can't be reached.
        """
        worded = sql if self.is_sqlite else sql.replace("?", "%s")
        with away_is_busy():
            pooled = self.engine.raw_connection()
            driver: Any = pooled.driver_connection
            try:
                found: list[tuple[Any, ...]] = driver.execute(worded, values).fetchall()
            except sqlite3.Error as error:
                raise OperationalError(sql, values, error) from error
            finally:
                pooled.close()
            return found

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end of the block, rolled back on any error.

        Raises Busy if its turn doesn't come, or the database can't be reached, and StorageFull.
        """
        if self.reads_alone:
            raise ReadsAlone
        self.admit()
        with (
            away_is_busy(),
            WritingSession(
                self.writer, expire_on_commit=False, listeners=self.listeners
            ) as session,
            session.begin(),
        ):
            yield session


@contextmanager
def away_is_busy() -> Iterator[None]:
    """What a server that is away, restarting or overrun does to a block: Busy, come again.

    A disk without room is StorageFull.
    """
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        if is_full(getattr(error, "orig", None) or error):
            raise StorageFull from error
        if not postgres.is_away(error):
            raise
        raise Busy from error


def open_database(
    url: str, schema: str | None = None, admit: Admit = always, *, reads_alone: bool = False
) -> Database:
    """A database by URL, on PostgreSQL maybe a schema in it. Nothing is created or migrated here.

    On SQLite a schema is a file of its own, so the URL says which.
    """
    waits = Waits()
    if postgres.is_postgres(url):
        engine = postgres.make_engine(url, schema, waits, reads_alone=reads_alone)
        return Database(engine, schema, waits=waits, admit=admit, reads_alone=reads_alone)
    engine = sqlite.make_engine(url, waits, reads_alone=reads_alone)
    return Database(engine, waits=waits, admit=admit, reads_alone=reads_alone)
