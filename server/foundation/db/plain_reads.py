"""Single queries on connections of their own: taking one from the pool costs as much as a query."""

import os
import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

Row = tuple[Any, ...]


class PlainReads:
    """Reads on SQLite outside any transaction, from any thread.

    As many connections are kept as were in use at once; the engine's end is theirs.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: list[Any] = []
        self._inherited: list[Any] = []
        self._process = os.getpid()
        event.listen(engine, "engine_disposed", self._close)

    def all(self, sql: str, values: tuple[Any, ...]) -> list[Row]:
        """The rows. Raises OperationalError."""
        connection = self._taken()
        try:
            found: list[Row] = connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            connection.close()
            raise OperationalError(sql, values, error) from error
        self._free.append(connection)
        return found

    def _taken(self) -> Any:
        if self._process != os.getpid():
            # A fork must neither use nor close what its parent has open (sqlite.org/howtocorrupt).
            self._inherited += self._free
            self._free, self._process = [], os.getpid()
        try:
            return self._free.pop()
        except IndexError:
            return own_connection(self._engine)

    def _close(self, _engine: Engine) -> None:
        while self._free:
            self._free.pop().close()


def own_connection(engine: Engine) -> Any:
    """A connection as the pool makes them, that isn't given back to it."""
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection
