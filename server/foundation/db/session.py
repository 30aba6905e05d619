"""Sessions: `read()` is a snapshot, `write()` an exclusive transaction.

Code inside `write()` must not yield (no network, no sleep, no thread pool).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server.foundation.db import postgres, sqlite
from server.foundation.db.change_tracking import CommitListener, WritingSession
from server.foundation.db.plain_reads import PlainReads
from server.foundation.db.write_waits import Waits
from server.foundation.errors import Busy, StorageFull
from server.foundation.storage.reserve import is_full

Admit = Callable[[], None]
"""Called before a writing transaction begins; raises StorageFull to refuse it."""


def always() -> None:
    """Admit every transaction."""


class ReadsAlone(Exception):
    """A write in a read-only process, which is a defect."""


@dataclass(frozen=True)
class Database:
    """One database, or one schema of it; safe to share between greenlets and threads.

    `listeners` get the changes of each `write()`; `waits`: statistics of waiting for the write
    lock; `admit` may refuse a transaction. With `reads_alone` nothing can be written.
    """

    engine: Engine
    schema: str | None = None
    listeners: list[CommitListener] = field(default_factory=list, compare=False)
    waits: Waits = field(default_factory=Waits, compare=False)
    admit: Admit = field(default=always, compare=False)
    reads_alone: bool = False

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite."""
        return self.engine.dialect.name == "sqlite"

    def answers(self) -> bool:
        """Whether it can be read now."""
        try:
            with self.read() as session:
                session.execute(text("SELECT 1"))
        except (SQLAlchemyError, Busy):
            return False
        return True

    @property
    def writer(self) -> Engine:
        """The same engine with transactions that exclude each other, as in `write()`."""
        options = sqlite.WRITING if self.is_sqlite else postgres.WRITING
        return self.engine.execution_options(**options)

    @property
    def begin_reading(self) -> str:
        """The statement that begins a snapshot in plain SQL."""
        return "BEGIN" if self.is_sqlite else postgres.BEGIN_READING

    @property
    def begin_writing(self) -> tuple[str, ...]:
        """The statements that begin a transaction like `write()` in plain SQL."""
        return (sqlite.BEGIN,) if self.is_sqlite else postgres.begin_alone(self.schema)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read-only session. Raises Busy if the database can't be reached."""
        engine = self.engine
        if not self.is_sqlite:
            engine = engine.execution_options(**postgres.READING)
        with away_is_busy(), Session(engine, expire_on_commit=False) as session:
            yield session

    def first(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of a single query with `?` placeholders; as `all`."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a single query, at a tenth of a session's cost.

        Bypasses SQLAlchemy for queries run at each reconnect and each second. Raises Busy if the
        database can't be reached.
        """
        with away_is_busy():
            if self.is_sqlite:
                return self._plain_reads.all(sql, values)
            pooled = self.engine.raw_connection()
            driver: Any = pooled.driver_connection
            try:
                found: list[tuple[Any, ...]] = driver.execute(
                    sql.replace("?", "%s"), values
                ).fetchall()
            finally:
                pooled.close()
            return found

    @cached_property
    def _plain_reads(self) -> PlainReads:
        return PlainReads(self.engine)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end of the block, rolled back on any exception.

        Raises Busy if the write lock isn't free in time or the database can't be reached, and
        StorageFull.
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
    """Converts errors of an unreachable, restarting or overloaded database to Busy.

    A full disk becomes StorageFull.
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
    """A database by URL, on PostgreSQL with an optional schema. Creates and migrates nothing.

    On SQLite each schema is a file of its own, named by the URL.
    """
    waits = Waits()
    if postgres.is_postgres(url):
        engine = postgres.make_engine(url, schema, waits, reads_alone=reads_alone)
        return Database(engine, schema, waits=waits, admit=admit, reads_alone=reads_alone)
    engine = sqlite.make_engine(url, waits, reads_alone=reads_alone)
    return Database(engine, waits=waits, admit=admit, reads_alone=reads_alone)
