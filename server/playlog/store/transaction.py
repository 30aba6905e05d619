"""Plain SQL on the driver's own connection, for the paths where an ORM would cost too much."""

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
"""More than 65,535 PostgreSQL doesn't take beside a statement; they are written into it then."""
MOST_ASKED: Final = 256


class Tx:
    """One open transaction on the plays: statements, names of long texts, roll-up changes.

    `lane`: threads for what may take long, if not those that all share.
    """

    def __init__(
        self, connection: Any, names: Names, *, is_sqlite: bool = True, lane: Lane | None = None
    ) -> None:
        self._connection = connection
        self._is_sqlite = is_sqlite
        self.names = names
        self._apart = run_blocking if lane is None else lane.apart
        self._booked: list[Ledger] = []
        self._kept: list[Ledger] = []
        self._proven: list[Proof] = []
        self._kept_proofs: list[Proof] = []

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-machine form."""
        return self._is_sqlite

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

    def rows_for(self, sql: str, asked: Sequence[Sequence[int]]) -> list[Row]:
        """All rows of a query on a table `asked`, whose columns c0, c1... hold whole numbers.

        What is asked for goes in some at a time, the last of them again so that there are but few
        statements; each row comes once.
        """
        found: list[Row] = []
        for start in range(0, len(asked), MOST_ASKED):
            piece = list(asked[start : start + MOST_ASKED])
            piece += piece[-1:] * ((1 << (len(piece) - 1).bit_length()) - len(piece))
            values = [number for row in piece for number in row]
            found += self.rows(_asking(len(piece[0]), len(piece)) + sql, values)
        return list(dict.fromkeys(found))

    def book(self, ledger: Ledger) -> None:
        """Have roll-up changes written at the end, if this piece of work is kept."""
        self._booked.append(ledger)

    def prove(self, proof: Proof) -> None:
        """Have what plays prove of a screen written at the end, if this piece of work is kept."""
        self._proven.append(proof)

    def keep(self) -> None:
        """This piece of work stands."""
        self._kept += self._booked
        self._kept_proofs += self._proven
        self._booked, self._proven = [], []

    def drop(self) -> None:
        """This piece of work was undone: forget its changes, and names that it may have given."""
        self._booked, self._proven = [], []
        self.names.forget()

    def write_rollups(self) -> None:
        """Write the sum of all changes that were kept, and what was proven."""
        ledger.write(self, self._kept)
        display_intervals.write(self, self._kept_proofs)
        self._kept, self._kept_proofs = [], []

    def aside(self, function: Callable[..., T], *values: Any) -> T:
        """Call with this transaction, where a long statement holds up nobody; returns the same."""
        # PostgreSQL's driver lets others run while it waits, SQLite's does not.
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
