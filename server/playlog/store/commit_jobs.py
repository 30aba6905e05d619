"""Jobs of the committer: each runs under a savepoint and calls back after the commit."""

import sqlite3
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from server.playlog.store.transaction import Tx

T = TypeVar("T")
STORE_ERRORS: Final = (sqlite3.Error, psycopg.Error, SQLAlchemyError)
WRONG_WORK: Final = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.ProgrammingError,
    # A text that is too long for an index: the same again each time it comes.
    psycopg.errors.ProgramLimitExceeded,
)


class Companion(Protocol):
    """Collects small facts in memory and writes them with the next group."""

    def is_due(self) -> bool:
        """Whether the collected facts warrant a transaction of their own."""
        ...

    def write(self, tx: Tx) -> None:
        """Write the gathered rows."""
        ...

    def settle(self, *, committed: bool) -> None:
        """The written rows are durable, or must be written again."""
        ...


class Job(Generic[T]):
    """A piece of work and its outcome; `then` is called when the outcome is certain.

    `with_companions`: the work depends on the companions' rows and isn't done without them.
    """

    def __init__(
        self,
        work: Callable[[Tx], T],
        then: Callable[["Job[T]"], None],
        *,
        brief: bool = False,
        with_companions: bool = False,
    ) -> None:
        self.work = work
        self.brief = brief
        self.with_companions = with_companions
        self._then = then
        self._value: T | None = None
        self._error: Exception | None = None

    def run(self, tx: Tx) -> None:
        """Do the work under a savepoint; an error undoes this work only."""
        self._value = self._error = None
        tx.run("SAVEPOINT work")
        try:
            self._value = self.work(tx)
        except WRONG_WORK as error:
            self._undo(tx, error)
        except STORE_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            self._undo(tx, error)
        else:
            tx.keep()
        tx.run("RELEASE work")

    def _undo(self, tx: Tx, error: Exception) -> None:
        tx.run("ROLLBACK TO work")
        tx.drop()
        self._error = error

    def fail(self, error: Exception) -> None:
        """Record that the transaction failed."""
        self._value, self._error = None, error

    def settle(self) -> None:
        """Call back with the outcome."""
        self._then(self)

    def result(self) -> T:
        """The work's result. Raises the work's exception; call once.

        An exception references its frames, and these the job. Neither keeps the exception, so that
        the plays of all waiting callers are freed without the garbage collector.
        """
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error
        return self._value  # type: ignore[return-value] # set before the event that ends the wait
