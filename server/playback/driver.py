"""Plain SQL on the driver's own connection, for the paths where an ORM would cost too much."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final, TypeVar

import psycopg

from server.playback.ledger import Ledger, write
from server.playback.names import Names
from server.playback.threads import aside

Row = tuple[Any, ...]
T = TypeVar("T")
MOST_VALUES: Final = 60_000
"""More than 65,535 PostgreSQL doesn't take beside a statement; they are written into it then."""


class Tx:
    """One open transaction on the plays: statements, names of long texts, roll-up changes."""

    def __init__(self, connection: Any, names: Names, *, is_sqlite: bool = True) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite
        self.names = names
        self._booked: list[Ledger] = []
        self._kept: list[Ledger] = []

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """A statement that gives nothing back."""
        self._execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same statement for many rows."""
        self._connection.cursor().executemany(self._worded(sql), rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        found: list[Row] = self._execute(sql, values).fetchall()
        return found

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query."""
        found: Row | None = self._execute(sql, values).fetchone()
        return found

    def number(self, sql: str, values: Sequence[Any] = ()) -> int:
        """The only number of a query that always has one."""
        found = self.row(sql, values)
        return int(found[0]) if found else 0

    def book(self, ledger: Ledger) -> None:
        """Have roll-up changes written at the end, if this piece of work is kept."""
        self._booked.append(ledger)

    def keep(self) -> None:
        """This piece of work stands."""
        self._kept += self._booked
        self._booked = []

    def drop(self) -> None:
        """This piece of work was undone: forget its changes, and names that it may have given."""
        self._booked = []
        self.names.forget()

    def write_rollups(self) -> None:
        """Write the sum of all changes that were kept."""
        write(self, self._kept)
        self._kept = []

    def aside(self, function: Callable[..., T], *values: Any) -> T:
        """Call with this transaction, where a long statement holds up nobody; returns the same."""
        # PostgreSQL's driver lets others run while it waits, SQLite's does not.
        return aside(function, self, *values) if self._is_sqlite else function(self, *values)

    def _execute(self, sql: str, values: Sequence[Any]) -> Any:
        if not self._is_sqlite and len(values) > MOST_VALUES:
            return psycopg.ClientCursor(self._connection).execute(_for_postgres(sql), values)
        return self._connection.execute(self._worded(sql), values)

    def _worded(self, sql: str) -> str:
        return sql if self._is_sqlite else _for_postgres(sql)


@cache
def _for_postgres(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
