"""Plain SQL on the driver's own connection, for paths where an ORM is too slow."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Any, Final, TypeVar

import psycopg

from server.foundation.runtime.blocking import Lane, run_blocking
from server.playlog.store import display_intervals
from server.playlog.store import rollup_deltas as ledger
from server.playlog.store.display_intervals import Proof
from server.playlog.store.interned_ids import Names
from server.playlog.store.rollup_deltas import Ledger

Row = tuple[Any, ...]
T = TypeVar("T")
MOST_VALUES: Final = 60_000
"""PostgreSQL takes at most 65,535 parameters; beyond, values are written into the statement."""
MOST_ASKED: Final = 256


class Tx:
    """One open transaction on plays.db: statements, interned ids, roll-up changes.

    `lane`: threads for long statements, if not the shared ones.
    """

    def __init__(
        self, connection: Any, names: Names, *, is_sqlite: bool = True, lane: Lane | None = None
    ) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite
        self.names = names
        self._apart = run_blocking if lane is None else lane.run
        self._booked: list[Ledger] = []
        self._kept: list[Ledger] = []
        self._proven: list[Proof] = []
        self._kept_proofs: list[Proof] = []

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is SQLite rather than PostgreSQL."""
        return self._is_sqlite

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Execute a statement without a result."""
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
        """The only number of a query that always has one row."""
        found = self.row(sql, values)
        return int(found[0]) if found else 0

    def rows_for(self, sql: str, asked: Sequence[Sequence[int]]) -> list[Row]:
        """All rows of a query on a table `asked`, whose columns c0, c1... hold whole numbers.

        Values are passed in chunks, padded by repeating the last to a power of two so that few
        distinct statements exist; duplicate rows are removed.
        """
        found: list[Row] = []
        for start in range(0, len(asked), MOST_ASKED):
            piece = list(asked[start : start + MOST_ASKED])
            piece += piece[-1:] * ((1 << (len(piece) - 1).bit_length()) - len(piece))
            values = [number for row in piece for number in row]
            found += self.rows(_asking(len(piece[0]), len(piece)) + sql, values)
        return list(dict.fromkeys(found))

    def book(self, ledger: Ledger) -> None:
        """Book roll-up changes, written at the end if this piece of work is accepted."""
        self._booked.append(ledger)

    def prove(self, proof: Proof) -> None:
        """Add proof of display, written at the end if this piece of work is accepted."""
        self._proven.append(proof)

    def keep(self) -> None:
        """Accept the changes of this piece of work."""
        self._kept += self._booked
        self._kept_proofs += self._proven
        self._booked, self._proven = [], []

    def drop(self) -> None:
        """Discard the changes of this piece of work, with ids that it may have interned."""
        self._booked, self._proven = [], []
        self.names.forget()

    def write_rollups(self) -> None:
        """Write the sum of all accepted changes and the proven intervals."""
        ledger.write(self, self._kept)
        display_intervals.write(self, self._kept_proofs)
        self._kept, self._kept_proofs = [], []

    def aside(self, function: Callable[..., T], *values: Any) -> T:
        """Call with this transaction in a thread, so that a long statement blocks nobody."""
        # PostgreSQL's driver yields while it waits, SQLite's does not.
        work = partial(function, self, *values)
        return self._apart(work) if self._is_sqlite else work()

    def _execute(self, sql: str, values: Sequence[Any]) -> Any:
        if not self._is_sqlite and len(values) > MOST_VALUES:
            return psycopg.ClientCursor(self._connection).execute(_for_postgres(sql), values)
        return self._connection.execute(self._worded(sql), values)

    def _worded(self, sql: str) -> str:
        return sql if self._is_sqlite else _for_postgres(sql)


@cache
def _asking(columns: int, rows: int) -> str:
    names = ", ".join(f"c{number}" for number in range(columns))
    row = f"({', '.join('?' * columns)})"
    return f"WITH asked ({names}) AS (VALUES {', '.join([row] * rows)}) "


@cache
def _for_postgres(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
