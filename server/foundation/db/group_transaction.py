"""Groups the writes of concurrent callers into one transaction with one fsync.

On SQLite a thread waits for the fsync, so that the loop reads and answers meanwhile.
"""

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from server.foundation.db.session import Database
from server.foundation.runtime.blocking import run_blocking

T = TypeVar("T")
MOST: Final = 50
"""Writes in one transaction, which blocks the loop for that long."""


class _Work(Generic[T]):
    """A caller's write, and its outcome."""

    def __init__(self, write: Callable[[Session], T]) -> None:
        self._write = write
        self._done = threading.Event()
        self._value: T | None = None
        self._error: Exception | None = None

    def run_alone(self, session: Session) -> None:
        """Run in a transaction of its own, rolled back on an exception."""
        self._value = self._write(session)

    def run(self, session: Session) -> None:
        """Run under a savepoint: an exception undoes only this write, and is raised to its caller.

        Raises SQLAlchemyError if the state of the whole transaction is uncertain.
        """
        try:
            with session.begin_nested():
                self._value = self._write(session)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            self._error = error

    def settle(self, error: Exception | None) -> None:
        """The transaction is durable, or failed with this error."""
        self._error = error or self._error
        self._done.set()

    def result(self) -> T:
        """The result, once it is durable. Raises the write's exception."""
        self._done.wait()
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error  # its frames reference this one, and garbage collection is rare
        return self._value  # type: ignore[return-value] # set unless there was an error


class GroupWriter:
    """Writes to one database; the first caller also writes for those who come meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Work[Any]] = []
        self._turn = threading.Lock()

    def write(self, work: Callable[[Session], T]) -> T:
        """Commit a write and return its result. Raises Busy and StorageFull with nothing done."""
        mine = _Work(work)
        self._waiting.append(mine)
        with self._turn:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if some:
                self._commit(some)
        return mine.result()

    def _commit(self, some: list[_Work[Any]]) -> None:
        """One transaction for all; if one breaks it, one for each."""
        error = self._error_of(some)
        if isinstance(error, SQLAlchemyError) and len(some) > 1:
            for one in some:
                one.settle(self._error_of([one]))
            return
        for one in some:
            one.settle(error)

    def _error_of(self, some: list[_Work[Any]]) -> Exception | None:
        try:
            with self._database.write() as session:
                if len(some) == 1:
                    some[0].run_alone(session)
                else:
                    for one in some:
                        one.run(session)
                if self._database.is_sqlite:
                    _flush_apart(session)
        except Exception as error:  # noqa: BLE001 - each caller raises it
            return error
        return None


def _flush_apart(session: Session) -> None:
    """Commit in a thread; session hooks and listeners run on the loop."""
    session.flush()
    driver: Any = session.connection().connection.driver_connection
    try:
        run_blocking(lambda: driver.execute("COMMIT"))
    except sqlite3.Error as error:
        raise OperationalError("COMMIT", None, error) from error
